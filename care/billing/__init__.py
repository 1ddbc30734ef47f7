"""Customers' bills: what an amount of electricity costs, readings, invoices, payments and debts."""
