# Prints the time every five seconds. Prints good-bye at a stop.
import signal
import sys
import time


def stop(*_):
    print("good-bye", flush=True)
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
while True:
    print(time.strftime("it is %H:%M:%S"), flush=True)
    time.sleep(5)
