"""The shop's refusals with the bodies it was heard to send (woocommerce facts, table d)."""

from __future__ import annotations

from typing import Any

__all__ = ["WpError", "bad_date", "bad_param", "cannot", "invalid_id", "no_route", "unauthenticated"]

NO_ROUTE = "No route was found matching the URL and request method."
# HTML pages in the way WordPress words them; a client may only rely on them being no JSON.
MAINTENANCE = "Briefly unavailable for scheduled maintenance. Check back in a minute."
CRITICAL = "There has been a critical error on this website."
DATABASE = "Error establishing a database connection"


class WpError(Exception):
    """An answer in WordPress's error form."""

    def __init__(self, status: int, code: str, message: str, *, data: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.data = {"status": status} if data is None else data

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        return {"code": self.code, "message": self.message, "data": self.data}


def no_route() -> WpError:
    """Table d: an unknown route, WooCommerce switched off, a double slash."""
    return WpError(404, "rest_no_route", NO_ROUTE)


def invalid_id(kind: str = "shop_order", *, status: int = 404) -> WpError:
    """Table d: unknown order on GET 404, on PUT 400."""
    return WpError(status, f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.")


def bad_param(name: str, message: str, code: str, *, data: Any = None) -> WpError:
    """Table d: 400 with ``data.params`` and ``data.details``."""
    details = {name: {"code": code, "message": message, "data": data}}
    return WpError(
        400,
        "rest_invalid_param",
        f"Invalid parameter(s): {name}",
        data={"status": 400, "params": {name: message}, "details": details},
    )


def bad_date(name: str) -> WpError:
    """Table a: date only, words, an unescaped plus sign."""
    return bad_param(name, "Invalid date.", "rest_invalid_date")


def unauthenticated(message: str) -> WpError:
    """Table d: the key was seen and refused."""
    return WpError(401, "woocommerce_rest_authentication_error", message)


REFUSALS = {
    "list": ("view", "Sorry, you cannot list resources."),
    "view": ("view", "Sorry, you cannot view this resource."),
    "edit": ("edit", "Sorry, you are not allowed to edit this resource."),
    "create": ("create", "Sorry, you are not allowed to create resources."),
    "delete": ("delete", "Sorry, you are not allowed to delete this resource."),
    "batch": ("batch", "Sorry, you are not allowed to batch manipulate this resource."),
}


def cannot(what: str, *, known_user: bool) -> WpError:
    """Table d: 401 for a stranger, 403 for a user of the shop without the right."""
    word, message = REFUSALS[what]
    return WpError(403 if known_user else 401, f"woocommerce_rest_cannot_{word}", message)
