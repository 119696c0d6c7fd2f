"""What the server keeps of a tab that looks at a conversation."""

import reflex as rx

from cherry_reflex.ui.live.namespace import live


class ChatState(rx.State):
    """A tab. Text never passes through its vars: `follow` sends it over the live namespace."""

    @rx.var(initial_value="", auto_deps=False)
    def language(self) -> str:
        """The language that the operator has set; empty follows the browser. The page is built
        with the empty one: only the server knows."""
        from cherry_reflex import runtime

        return runtime.current().settings.language

    @rx.event(background=True)
    async def follow(self, conversation_id: str, after: int) -> None:
        """Send the tab the records of a conversation after `after`, as they come, until it goes
        or follows another."""
        from cherry_reflex import runtime

        token = self.router.session.client_token
        owner = live.owner(token)
        if owner is not None:
            records = runtime.current().runs.follow_conversation(owner, conversation_id, after)
            await live.follow(token, conversation_id, records)
