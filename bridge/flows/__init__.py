"""The business: collect orders, decide, dispatch, feed back. Knows ports and the store, no vendor and no HTTP."""
