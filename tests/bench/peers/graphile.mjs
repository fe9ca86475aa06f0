// What graphile.sh measures; prints one JSON object.
import { spawn } from "node:child_process";
import pg from "pg";
import { makeWorkerUtils, run, Logger } from "graphile-worker";

const [mode, countText, atOnceText] = process.argv.slice(2);
const count = Number(countText);
const quiet = new Logger(() => () => {});
const pgPool = new pg.Pool({ connectionString: process.env.DATABASE, max: 16 });
const utils = await makeWorkerUtils({ pgPool, logger: quiet });
await utils.migrate();
const payload = { command: ["/bin/true"] };
const now = () => Number(process.hrtime.bigint()) / 1e6;

async function bulk() {
    const start = now();
    for (let sent = 0; sent < count; sent += 5000) {
        const jobs = Array.from({ length: Math.min(5000, count - sent) }, () => ({ identifier: "run", payload }));
        await pgPool.query(
            `select count(*) from graphile_worker.add_jobs(array(
                 select spec from json_populate_recordset(null::graphile_worker.job_spec, $1::json) spec))`,
            [JSON.stringify(jobs)]);
    }
    return { rate: (count * 1000) / (now() - start) };
}

async function single(atOnce) {
    const start = now();
    let next = 0;
    const lane = async () => {
        while (next++ < count) await utils.addJob("run", payload);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return { rate: (count * 1000) / (now() - start) };
}

async function latency() {
    const times = [];
    let begun = 0;
    let done;
    const worker = await run({
        pgPool, logger: quiet, concurrency: 2, noHandleSignals: true,
        taskList: {
            run: () => new Promise((resolve) => {
                const child = spawn("/bin/true");
                child.on("spawn", () => times.push(now() - begun));
                child.on("exit", () => { resolve(); done(); });
            }),
        },
    });
    for (let i = 0; i < count; ++i) {
        const ended = new Promise((resolve) => (done = resolve));
        begun = now();
        await utils.addJob("run", payload);
        await ended;
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await worker.stop();
    times.sort((a, b) => a - b);
    return { p50: times[Math.floor(count * 0.5)], p99: times[Math.floor(count * 0.99)] };
}

const figures = mode === "bulk" ? await bulk() : mode === "single" ? await single(Number(atOnceText)) : await latency();
console.log(JSON.stringify(figures));
process.exit(0);
