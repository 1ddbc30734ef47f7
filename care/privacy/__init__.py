"""The data-protection desk: what is kept of a person, erasing and restricting it, and who saw it.

Law 91/2025/QH15 and Decree 356/2025; the deadlines are those of the service PRIVACY_REQUEST.
"""
