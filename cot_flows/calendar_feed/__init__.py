"""Calendars: what falls due, as iCalendar (RFC 5545) for subscribers and invitations by mail."""
