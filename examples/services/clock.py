# Tells the time every five seconds, and says good-bye.
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
