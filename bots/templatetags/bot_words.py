"""`{{ bot|chip_word }}` and `{{ bot|chip_status }}`: what a bot's chip says and how it looks."""

from django import template

from bots.words import status_for, word_for

register = template.Library()
register.filter("chip_word", word_for)
register.filter("chip_status", status_for)
