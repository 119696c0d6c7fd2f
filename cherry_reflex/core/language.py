"""The language that a person reads, as a tag: `en`, `ko`.

A value of this type was checked once, where it came in (`i18n.detect`), against the languages that
the catalogue has; whoever gets one need not look again.
"""

from typing import NewType

Language = NewType("Language", str)

ENGLISH = Language("en")
"""Every sentence exists in it; it serves where no other is known."""
KOREAN = Language("ko")
