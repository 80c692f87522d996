"""Dynamo's selection of a worker, an order in JSON a line, an answer a line:

{"workers": 3, "block": 16}        begins with workers that hold nothing
{"request": "7", "tokens": […]}    selects, and answers with the worker; and of each worker, as it was
                                   before: blocks cached, tokens to compute, blocks in use
{"prefilled": "7"}                 its prompt is computed
{"free": "7"}                      it has ended
"""

import asyncio
import json
import sys
import time

from dynamo._core import SelectionService

MODEL = "m"
# More than any case fills.
CACHE_BLOCKS = 1 << 20
# How long it may take to note something in the background.
NOTE_S = 30


async def begin(workers, block):
    service = SelectionService(indexer_threads=1)
    for worker in range(workers):
        await service.upsert_worker(
            {
                "worker_id": worker,
                "model_name": MODEL,
                # Nothing is ever sent there.
                "endpoint": f"http://127.0.0.1:{9000 + worker}",
                "block_size": block,
                "max_num_batched_tokens": 8192,
                "total_kv_blocks": CACHE_BLOCKS,
            }
        )
    # It notes the workers in the background, for each of its answers apart.
    query = {"model_name": MODEL, "token_ids": [0] * block}
    await until(lambda: knows(service, query, workers))
    return service


async def until(condition):
    deadline = time.monotonic() + NOTE_S
    while not await condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not noted within {NOTE_S} s")
        await asyncio.sleep(0.001)


async def knows(service, query, workers):
    cached = await overlaps(service, query)
    loads = await service.potential_loads(query)
    return len(cached) == workers == len(loads)


async def overlaps(service, query):
    answer = await service.overlap_scores(query)
    by_worker = {worker["worker_id"]: worker["device_blocks"] for worker in answer["workers"]}
    return [by_worker[worker] for worker in sorted(by_worker)]


async def holds(service, query, worker, blocks):
    return (await overlaps(service, query))[worker] >= blocks


async def select(service, request, tokens):
    query = {"model_name": MODEL, "token_ids": tokens}
    cached = await overlaps(service, query)
    loads = await service.potential_loads(query)
    loads.sort(key=lambda load: load["worker_id"])
    selected = await service.select_and_reserve({**query, "selection_id": request})
    worker = selected["worker_id"]
    blocks = len(tokens) // selected["block_size"]
    # It notes in the background what is cached now.
    await until(lambda: holds(service, query, worker, blocks))
    return {
        "worker": worker,
        "overlap": cached,
        "prefill": [load["potential_prefill_tokens"] for load in loads],
        "decode": [load["potential_decode_blocks"] for load in loads],
    }


async def main():
    service = None
    for line in sys.stdin:
        order = json.loads(line)
        answer = {}
        if "workers" in order:
            if service:
                service.shutdown()
            service = await begin(order["workers"], order["block"])
        elif "request" in order:
            answer = await select(service, order["request"], order["tokens"])
        elif "prefilled" in order:
            await service.prefill_complete(order["prefilled"])
        elif "free" in order:
            await service.free_reservation(order["free"])
        print(json.dumps(answer), flush=True)


asyncio.run(main())
