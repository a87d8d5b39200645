/** A program of somebody else: in a home of its own, without the network, and gone when the journey is over. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A step that takes longer hangs. */
const STEP_MILLISECONDS = 40_000;

const HERE = dirname(fileURLToPath(import.meta.url));

/** The programs that still run: each is the leader of a process group. */
const running = new Set();

/** A place of its own for everything that a program keeps. */
export class Home {
    folder = mkdtempSync(join(tmpdir(), 'lavori-program-'));

    constructor(person) {
        this.person = person;
        this.is(person);
        const opener = `#!/bin/sh\nexec '${process.execPath}' '${join(HERE, 'opener.mjs')}' "$@"\n`;
        for (const name of ['browser', 'xdg-open', 'open', 'sensible-browser', 'x-www-browser']) {
            const file = join(this.folder, 'bin', name);
            mkdirSync(dirname(file), { recursive: true });
            writeFileSync(file, opener);
            chmodSync(file, 0o755);
        }
        // Whatever a program wants from elsewhere than this machine ends here: nothing listens at this port.
        const nowhere = 'http://127.0.0.1:9';
        this.env = {
            PATH: `${join(this.folder, 'bin')}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
            HOME: this.folder,
            XDG_CONFIG_HOME: join(this.folder, 'config'),
            XDG_CACHE_HOME: join(this.folder, 'cache'),
            XDG_DATA_HOME: join(this.folder, 'data'),
            XDG_STATE_HOME: join(this.folder, 'state'),
            TMPDIR: this.folder,
            BROWSER: join(this.folder, 'bin/browser'),
            LAVORI_STAGE: this.folder,
            HTTP_PROXY: nowhere,
            HTTPS_PROXY: nowhere,
            NO_PROXY: 'localhost,127.0.0.1,::1',
            LANG: 'C.UTF-8',
            TERM: 'xterm-256color',
            NO_COLOR: '1',
            DO_NOT_TRACK: '1',
            NO_UPDATE_NOTIFIER: '1',
            DISABLE_TELEMETRY: '1',
            DISABLE_AUTOUPDATER: '1',
            DISABLE_ERROR_REPORTING: '1',
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
            CLAUDE_CONFIG_DIR: join(this.folder, 'claude'),
            MCP_REMOTE_CONFIG_DIR: join(this.folder, 'mcp-remote'),
            MCP_AUTO_OPEN_ENABLED: 'true',
            // It would forget its tokens at the end of each command.
            MCP_INSPECTOR_SECRET_STORE: 'file'
        };
    }

    /** Who opens the pages from now on. */
    is(person) {
        this.person = { ...this.person, ...person };
        writeFileSync(join(this.folder, 'person.json'), JSON.stringify(this.person));
    }

    /** What came of every page that was opened. A page through which nobody could get ends the journey. */
    opened() {
        const file = join(this.folder, 'opened.jsonl');
        const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
        const opened = lines.map(line => JSON.parse(line));
        for (const { failed } of opened) if (failed) throw new Error(`the page could not be used: ${failed}`);
        return opened;
    }

    /** Writes a file of the program's. */
    write(name, text) {
        const file = join(this.folder, name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
    }
}

/** Starts a program as the leader of a group of its own. */
export function start(home, command) {
    const [program, ...args] = command;
    const child = spawn(program, args, { cwd: home.folder, env: home.env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const told = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', text => (told.out += text));
    child.stderr.setEncoding('utf8').on('data', text => (told.err += text));
    // A program that is gone does not read on; why it is gone, its end says.
    child.stdin.on('error', () => {});
    running.add(child);
    const ended = new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code, signal) => resolve(signal ?? code));
    });
    // Somebody asks for it, or nobody needs to know.
    ended.catch(() => {});
    return { child, told, ended, command };
}

/** Waits for something of a program, and not for ever. */
export async function within({ told, command }, what, promise) {
    let timer;
    const tooLate = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${what}: not within ${STEP_MILLISECONDS} ms`)), STEP_MILLISECONDS);
    });
    try {
        return await Promise.race([promise, tooLate]);
    } catch (error) {
        error.message += `\n${command.join(' ')} had said:\n${told.out}\n${told.err}`;
        throw error;
    } finally {
        clearTimeout(timer);
    }
}

/** Runs a program to its end; gives its exit code and all it said. */
export async function run(home, command) {
    const program = start(home, command);
    program.child.stdin.end();
    const code = await within(program, 'it did not end', program.ended);
    end(program.child);
    return { code, ...program.told };
}

/** The same, of a program that has to succeed. */
export async function succeed(home, command) {
    const { code, out, err } = await run(home, command);
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${out}\n${err}`);
    return { out, err };
}

function end(child) {
    running.delete(child);
    try {
        process.kill(-child.pid, 'SIGKILL');
    } catch {
        // It and all it started are gone already.
    }
}

/** Ends whatever runs, and forgets what it kept. */
export function leaveNothing(home) {
    for (const child of running) end(child);
    if (home) rmSync(home.folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Where an installed package is. */
export function installed(name, file = '') {
    return join(HERE, 'node_modules', name, file);
}

/** The version that an installed package says it is. */
export function version(name) {
    return JSON.parse(readFileSync(installed(name, 'package.json'), 'utf8')).version;
}
