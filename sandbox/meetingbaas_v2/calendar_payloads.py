"""Calendars and events as the provider words them, in REST answers and in webhooks."""

from __future__ import annotations

from typing import Any

from sandbox.clock import iso, iso_or_none
from sandbox.http import Json
from sandbox.provider.models import Calendar, Event


def calendar_row(calendar: Calendar) -> Json:
    return {
        "calendar_id": calendar.calendar_id,
        "calendar_platform": calendar.platform,
        "account_email": calendar.account_email,
        "status": calendar.status,
        "synced_at": iso_or_none(calendar.synced_at),
        "created_at": iso(calendar.created_at),
    }


def calendar_details(calendar: Calendar) -> Json:
    return {
        **calendar_row(calendar),
        "status_message": calendar.status_message,
        "subscription_id": calendar.subscription_id,
        "subscription_expires_at": iso_or_none(calendar.subscription_expires_at),
        "sync_status": calendar.sync_status,
        "sync_error": calendar.sync_error,
        "provider_metadata": {"raw_calendar_id": calendar.raw_calendar_id},
        "updated_at": iso(calendar.updated_at),
    }


def connection(calendar: Calendar, *, updated: bool = False) -> Json:
    """What a create or an update answers, and what its webhook says."""
    row = calendar_row(calendar)
    del row["synced_at"]
    return {**row, "updated_at": iso(calendar.updated_at)} if updated else row


def series_event(event: Event, *, booked: bool) -> Json:
    return {
        "event_id": event.event_id,
        "title": event.title,
        "start_time": iso(event.start),
        "end_time": iso(event.end),
        "status": event.status,
        "is_exception": event.source["is_exception"],
        "meeting_url": event.meeting_url,
        "meeting_platform": event.source["meeting_platform"],
        "calendar_id": event.calendar_id,
        "bot_scheduled": booked,
        "created_at": iso(event.created_at),
    }


def event_row(event: Event, *, booked: bool) -> Json:
    row = series_event(event, booked=booked)
    return {**row, "series_id": event.series_id, "event_type": event.event_type}


def event_details(event: Event, calendar: Calendar, *, booked: bool) -> Json:
    source = event.source
    row = event_row(event, booked=booked)
    del row["is_exception"]
    return {
        **row,
        "description": source["description"],
        "location": source["location"],
        "timezone": source["timezone"],
        "is_all_day": source["all_day"],
        "organizer_email": source["organizer_email"],
        "organizer_name": source["organizer_name"],
        "attendees": source["attendees"],
        "calendar_platform": calendar.platform,
        "raw_payload": source["raw"],
        "updated_at": iso(event.updated_at),
    }


def instance(event: Event, *, booked: bool) -> dict[str, Any]:
    """An instance in a webhook: `start` and `end` here, unlike everywhere else."""
    return {
        "event_id": event.event_id,
        "start": iso(event.start),
        "end": iso(event.end),
        "title": event.title,
        "status": event.status,
        "is_all_day": event.source["all_day"],
        "is_exception": event.source["is_exception"],
        "bot_scheduled": booked,
        "meeting_url": event.meeting_url,
        "meeting_platform": event.source["meeting_platform"],
    }
