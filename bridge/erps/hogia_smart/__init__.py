"""Hogia: invoices through Hogia's cloud interface. Not offered yet: it is not in the register of adapters."""
