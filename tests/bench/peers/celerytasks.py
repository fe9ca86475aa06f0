"""Tasks of the celery peer, and the program that hands them in and waits for their results."""
import json
import os
import subprocess
import sys
import time

from celery import Celery, group

app = Celery("celerytasks", broker=os.environ["CELERY_REDIS"], backend=os.environ["CELERY_REDIS"])
app.conf.worker_prefetch_multiplier = 4
app.conf.task_acks_late = True


@app.task(name="celerytasks.run")
def run():
    done = subprocess.run(["/bin/true"], capture_output=True)
    return [done.returncode, done.stdout.decode(), done.stderr.decode()]


if __name__ == "__main__":
    count = int(sys.argv[1])
    run.delay().get(timeout=60)
    start = time.monotonic()
    results = group(run.s() for _ in range(count)).apply_async()
    while results.completed_count() < count:
        time.sleep(0.02)
    print(json.dumps({"rate": count / (time.monotonic() - start)}))
