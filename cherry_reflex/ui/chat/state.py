"""What the server keeps of a tab that looks at a conversation."""

import reflex as rx

from cherry_reflex import settings


class ChatState(rx.State):
    """A tab. Text never passes through its vars: `follow` sends it over the live namespace."""

    language: str = settings.load().language

    @rx.event(background=True)
    async def follow(self, conversation_id: str, after: int):
        """Send the records of a conversation after `after`, as they come."""
