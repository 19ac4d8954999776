"""The order in which the fake server's one event loop takes requests: as they came in."""

import threading


class Turns:
    """Connections in the order in which they were accepted; each holds its turn until `over`."""

    def __init__(self):
        self._changed = threading.Condition()
        self._waiting: list[object] = []

    def arrived(self, connection: object) -> None:
        """Queue a connection that was accepted just now."""
        with self._changed:
            self._waiting.append(connection)

    def wait(self, connection: object) -> None:
        """Return when every connection that came earlier is over."""
        with self._changed:
            if connection not in self._waiting:
                self._waiting.append(connection)
            self._changed.wait_for(lambda: self._waiting[0] is connection)

    def over(self, connection: object) -> None:
        """Let the next one in; a connection may say so again."""
        with self._changed:
            if connection in self._waiting:
                self._waiting.remove(connection)
                self._changed.notify_all()

    def queued(self) -> int:
        """Connections whose turn is not over."""
        with self._changed:
            return len(self._waiting)
