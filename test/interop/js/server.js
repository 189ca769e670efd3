// SPDX-License-Identifier: Apache-2.0
// The real uacam server as a child process: started on a free port, ended by SIGTERM, watched for sanitizer reports.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const UACAM = process.env.UACAM;
const START_MS = 20_000;
const STOP_MS = 20_000;

// Each test server knows a user for each role, of the same name and with this password.
export const PASSWORD = "a good password";
const PASSWORD_HASH = "$y$j9T$lqHvuuDeGy3L9RtVFipZv.$/wmysc12/sInOItSCMjrB4AaunFJs5XW8OMmcPJ6vFC";

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Awaits condition() until it is true, gives what it gave. */
export async function eventually(condition, what, ms = 20_000) {
    for (const end = Date.now() + ms; ; await sleep(50)) {
        const result = await condition();
        if (result) return result;
        assert.ok(Date.now() < end, `not within ${ms} ms: ${what}`);
    }
}

async function freePort() {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address();
    listener.close();
    await once(listener, "close");
    return port;
}

class Server {
    constructor(process, port, home) {
        this.process = process;
        this.port = port;
        this.home = home;
        this.lines = [];
        createInterface({ input: process.stderr }).on("line", (line) => this.lines.push(line));
    }

    url(path = "", host = "127.0.0.1") {
        return `opc.tcp://${host}:${this.port}${path}`;
    }

    get text() {
        return this.lines.join("\n");
    }

    get ended() {
        return this.process.exitCode !== null || this.process.signalCode !== null;
    }

    async ready() {
        const look = () => this.ended || this.lines.some((line) => line.includes("is ready"));
        await eventually(look, `ready\n${this.text}`, START_MS);
        assert.ok(!this.ended, this.text);
    }

    /** An uacam command for this server's state. */
    command(...words) {
        const env = { ...process.env, HOME: this.home, XDG_CONFIG_HOME: this.home, XDG_STATE_HOME: this.home };
        execFileSync(UACAM, words, { env, stdio: ["ignore", "ignore", "pipe"] });
    }

    terminate() {
        if (!this.terminated) this.process.kill("SIGTERM");
        this.terminated = true;
    }

    /** SIGTERM, a clean end, no word of a sanitizer. */
    async stop() {
        this.terminate();
        const late = setTimeout(() => this.process.kill("SIGKILL"), STOP_MS);
        if (!this.ended) await once(this.process, "close");
        clearTimeout(late);
        rmSync(this.home, { recursive: true });
        assert.equal(this.process.exitCode, 0, `signal ${this.process.signalCode}\n${this.text}`);
        assert.doesNotMatch(this.text, /Sanitizer|runtime error:/);
    }
}

/** What `uacam user add` would write, without its time. */
function addUsers(home) {
    const lines = ["observer", "operator", "administrator"].map((name) => `${name}:${name}:${PASSWORD_HASH}:\n`);
    mkdirSync(join(home, "uacam"), { mode: 0o700 });
    writeFileSync(join(home, "uacam/users"), lines.join(""), { mode: 0o600 });
}

/** Serves these camera URIs; `config` is the text of a configuration file. */
export async function startServer(cameras = ["sim:"], config = "") {
    const port = await freePort();
    const home = mkdtempSync(join(tmpdir(), "uacam-interop-"));
    addUsers(home);
    // The child dies with us, whatever becomes of us.
    const command = ["--pdeathsig", "KILL", "--", UACAM, "serve", "--port", port];
    for (const camera of cameras) command.push("--camera", camera);
    if (config) {
        const path = join(home, "test.yaml");
        writeFileSync(path, config);
        command.push("-c", path);
    }
    const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home };
    const child = spawn("setpriv", command.map(String), { env, stdio: ["ignore", "ignore", "pipe"] });
    const server = new Server(child, port, home);
    try {
        await server.ready();
    } catch (error) {
        child.kill("SIGKILL");
        throw error;
    }
    return server;
}

/** Runs `use(server)`, then ends the server. */
export async function withServer(cameras, config, use) {
    const server = await startServer(cameras, config);
    try {
        await use(server);
    } finally {
        await server.stop();
    }
}
