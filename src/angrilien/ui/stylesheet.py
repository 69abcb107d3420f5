"""The one style sheet, made of the tokens of `theme`."""

from __future__ import annotations

import dataclasses
import string
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from angrilien.ui.tokens import Tokens

_SIZES: Final = {
    "pt_title": 19.0,
    "pt_subtitle": 14.0,
    "pt_text": 13.0,
    "pt_small": 11.5,
    "pt_big": 22.0,
    "pt_participant": 20.0,
}
"""Points at 100 %."""

_TEMPLATE: Final = string.Template("""
QWidget#page, QWidget#window, QScrollArea, QScrollArea > QWidget > QWidget#content {
    background: $page; border: none;
}
QWidget#participant { background: $surface; }
QLabel { background: transparent; color: $text; }
QLabel[role="title"] { font-size: ${pt_title}pt; font-weight: 700; }
QLabel[role="heading"] { font-size: ${pt_subtitle}pt; font-weight: 600; }
QLabel[role="subtitle"] { color: $secondary; }
QLabel[role="label"] { font-weight: 600; }
QLabel[role="hint"] { font-size: ${pt_small}pt; color: $hint; }
QLabel[role="echo"] { font-size: ${pt_small}pt; color: $here; }
QLabel[role="problem"] { font-size: ${pt_small}pt; color: $problem; font-weight: 600; }
QLabel[role="warning"] { color: $waiting; background: $waiting_ground; padding: 10px 14px;
    border: 1px solid $waiting; border-radius: 10px; }
QLabel[role="big"] { font-size: ${pt_big}pt; font-weight: 700; }
QLabel[role="count"] { font-size: ${pt_big}pt; font-weight: 700; color: $here; }
QLabel[role="hour"] { font-size: ${pt_title}pt; font-weight: 700; }
QLabel[role="participant"] { font-size: ${pt_participant}pt; }
QLabel[role="participant_name"] { font-size: ${pt_big}pt; font-weight: 700; }
QLabel[role="tag"] { font-size: ${pt_small}pt; color: $info; background: $info_ground;
    border-radius: 7px; padding: 3px 9px; }
QLabel[role="tag_here"] { font-size: ${pt_small}pt; color: $here; background: $here_ground;
    border-radius: 7px; padding: 3px 9px; }
QLabel[role="tag_waiting"] { font-size: ${pt_small}pt; color: $waiting; background: $waiting_ground;
    border-radius: 7px; padding: 3px 9px; }

QFrame[card="true"] { background: $surface; border: 1px solid $edge; border-radius: 14px; }
QFrame[card="true"]:focus { border: 3px solid $focus; }
QFrame[card="chosen"] { background: $surface; border: 3px solid $primary; border-radius: 14px; }
QFrame[card="here"] { background: $here_ground; border: 2px solid $here; border-radius: 14px; }
QFrame[line="true"] { background: $edge; border: none; max-height: 1px; min-height: 1px; }

QPushButton { background: $surface; color: $text; border: 2px solid $border; border-radius: 12px;
    padding: 8px 20px; font-weight: 600; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $info_ground; }
QPushButton:focus { border: 3px solid $focus; padding: 7px 19px; }
QPushButton:disabled { color: $hint; background: $page; border: 2px dashed $border; }
QPushButton[kind="primary"] { background: $primary; color: $on_primary; border-color: $primary; }
QPushButton[kind="primary"]:hover { background: $primary_pressed; }
QPushButton[kind="primary"]:focus { border: 3px solid $text; }
QPushButton[kind="primary"]:disabled { background: $page; color: $hint; border-color: $border; }
QPushButton[kind="quiet"] { background: transparent; color: $info; border-color: transparent;
    padding: 8px 14px; }
QPushButton[kind="quiet"]:hover { background: $info_ground; }
QPushButton[kind="quiet"]:focus { border: 3px solid $focus; padding: 7px 13px; }
QPushButton[kind="quiet"]:disabled { color: $hint; background: transparent;
    border-color: transparent; }
QPushButton[kind="danger"] { color: $problem; border-color: $problem; }
QPushButton[kind="danger"]:hover { background: $problem_ground; }
QPushButton[kind="chip"] { border-radius: 12px; padding: 6px 16px; font-weight: 400; }
QPushButton[kind="chip"]:checked { background: $primary; color: $on_primary;
    border-color: $primary; font-weight: 600; }
QPushButton[kind="chip"]:focus { border: 3px solid $focus; padding: 5px 15px; }
QPushButton[kind="chip"]:checked:focus { border: 3px solid $text; }
QPushButton[kind="row"] { text-align: left; border-color: $edge; font-weight: 400; }
QPushButton[kind="participant"] { font-size: ${pt_participant}pt; border-radius: 16px; }
QPushButton[kind="participant_primary"] { font-size: ${pt_participant}pt; border-radius: 16px;
    background: $primary; color: $on_primary; border-color: $primary; }
QPushButton[kind="participant_primary"]:hover { background: $primary_pressed; }
QPushButton[kind="participant_primary"]:focus { border: 3px solid $text; }

QLineEdit, QPlainTextEdit, QComboBox { background: $surface; color: $text;
    border: 2px solid $border; border-radius: 10px; padding: 8px 12px;
    selection-background-color: $primary; selection-color: $on_primary; }
QLineEdit, QPlainTextEdit { placeholder-text-color: $hint; }
QPlainTextEdit { padding: 6px 8px; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus { border: 3px solid $focus;
    padding: 7px 11px; }
QPlainTextEdit:focus { padding: 5px 7px; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] {
    border-color: $problem; background: $problem_ground; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { color: $hint; background: $page; }
QComboBox::drop-down { border: none; width: 36px; }
QComboBox QAbstractItemView { background: $surface; color: $text; border: 2px solid $border;
    selection-background-color: $primary; selection-color: $on_primary; outline: none; }
QComboBox QAbstractItemView::item { min-height: 48px; padding: 0 12px; }

QMenu { background: $surface; color: $text; border: 2px solid $border; border-radius: 8px;
    padding: 4px; }
QMenu::item { padding: 13px 24px 13px 16px; border-radius: 6px; }
QMenu::item:selected { background: $primary; color: $on_primary; }

QFrame#nav { background: $nav; border: none; }
QFrame#nav QLabel { color: $on_nav; }
QFrame#nav QLabel[role="hint"] { color: $nav_quiet; }
QPushButton[kind="nav"] { background: transparent; color: $on_nav; border: 2px solid transparent;
    text-align: left; padding: 8px 14px; font-weight: 400; }
QPushButton[kind="nav"]:hover { border-color: $nav_quiet; background: transparent; }
QPushButton[kind="nav"]:focus { border: 3px solid $nav_quiet; padding: 7px 13px; }
QPushButton[kind="nav"]:checked { background: $nav_chosen; color: $on_nav_chosen;
    font-weight: 600; }
QPushButton[kind="nav"]:checked:focus { border: 3px solid $primary; }

QPushButton#sending { border: none; border-top: 1px solid $border; border-radius: 0;
    padding: 0; font-weight: 400; text-align: left; background: $info_ground; }
QPushButton#sending QLabel { color: $info; }
QPushButton#sending:focus { border: 3px solid $focus; padding: 0; }
QPushButton#sending[tone="sent"] { background: $here_ground; }
QPushButton#sending[tone="sent"] QLabel { color: $here; }
QPushButton#sending[tone="long"] { background: $waiting_ground; }
QPushButton#sending[tone="long"] QLabel { color: $waiting; }
QPushButton#sending[tone="problem"] { background: $problem_ground; }
QPushButton#sending[tone="problem"] QLabel { color: $problem; }

QFrame[bar="problem"] { background: $problem_ground; border: 2px solid $problem;
    border-radius: 12px; }
QFrame[bar="problem"] QLabel { color: $problem; font-weight: 600; }
QFrame[bar="problem"] QPushButton[tint="problem"] { color: $problem; }
QFrame[bar="info"] { background: $info_ground; border: 2px solid $info; border-radius: 12px; }
QFrame[bar="info"] QLabel { color: $info; font-weight: 600; }

QFrame[bar="notice"] { background: $waiting_ground; border: 1px solid $waiting;
    border-radius: 12px; }
QFrame[bar="notice"] QLabel { color: $waiting; }

QProgressBar { background: $surface; border: 2px solid $border; border-radius: 10px;
    min-height: 20px; max-height: 20px; }
QProgressBar::chunk { background: $primary; border-radius: 7px; }

QTableView { background: $surface; color: $text; border: none; outline: none; }
QTableView:focus { border: 3px solid $focus; }
QHeaderView { background: $surface; }
QHeaderView::section { background: $surface; color: $secondary; border: none;
    border-bottom: 2px solid $border; padding: 6px 4px; font-weight: 600; }

QScrollBar:vertical { background: transparent; width: 18px; margin: 0; }
QScrollBar::handle:vertical { background: $edge; border-radius: 6px; min-height: 48px;
    margin: 2px 3px; }
QScrollBar::handle:vertical:hover { background: $border; }
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; }
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }
QTextBrowser { background: $surface; border: 1px solid $edge; border-radius: 14px;
    padding: 10px 16px; }
QToolTip { background: $surface; color: $text; border: 1px solid $border; padding: 6px; }
""")


def build(tokens: Tokens, text_percent: int) -> str:
    """Return the style sheet for one set of colours and one text size."""
    values = dataclasses.asdict(tokens)
    values |= {name: f"{pt * text_percent / 100:g}" for name, pt in _SIZES.items()}
    return _TEMPLATE.substitute(values)
