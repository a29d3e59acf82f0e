<?php
/**
 * Plugin Name:          Orderbro
 * Description:          Companion of the Orderbro bridge, which books your orders in your ERP. This version declares that the shop's storage of orders is compatible; the bridge works without it.
 * Version:              0.1.0
 * Requires at least:    6.4
 * Requires PHP:         7.4
 * Requires Plugins:     woocommerce
 * WC requires at least: 8.2
 * WC tested up to:      10.5
 * Author:               The Orderbro authors
 * License:              GPL-2.0-or-later
 * License URI:          https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:          orderbro
 * Domain Path:          /languages
 *
 * @package Orderbro
 */

defined( 'ABSPATH' ) || exit;

/**
 * The whole plugin; init_hooks() lists everything it does.
 */
final class Orderbro_Plugin {

	const VERSION = '0.1.0';

	/**
	 * The only place where hooks are registered.
	 */
	public static function init_hooks() {
		add_action( 'before_woocommerce_init', array( __CLASS__, 'declare_compatibility' ) );
	}

	/**
	 * WooCommerce refuses to switch to its own order tables (HPOS) while an active plugin is silent about them.
	 */
	public static function declare_compatibility() {
		if ( class_exists( \Automattic\WooCommerce\Utilities\FeaturesUtil::class ) ) {
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'custom_order_tables', __FILE__, true );
		}
	}
}

Orderbro_Plugin::init_hooks();
