"""The parts that screens are made of: sized, named and coloured once, here."""

from angrilien.ui.widgets.adaptive import AdaptiveRow, FlowLayout
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Divider, Tag, Text
from angrilien.ui.widgets.chips import Chips
from angrilien.ui.widgets.field import Choice, Field, Labelled, SearchEdit, TextField
from angrilien.ui.widgets.message_bar import MessageBar
from angrilien.ui.widgets.scroll_page import PageFoot, PageHead, ScrollPage

__all__ = [
    "AdaptiveRow",
    "Button",
    "Card",
    "Chips",
    "Choice",
    "Divider",
    "Field",
    "FlowLayout",
    "Labelled",
    "MessageBar",
    "PageFoot",
    "PageHead",
    "ScrollPage",
    "SearchEdit",
    "Tag",
    "Text",
    "TextField",
]
