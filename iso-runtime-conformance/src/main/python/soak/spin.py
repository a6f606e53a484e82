"""Never ends, with a thread beside that neither does."""

import threading


def spin() -> None:
    while True:
        pass


threading.Thread(target=spin).start()
spin()
