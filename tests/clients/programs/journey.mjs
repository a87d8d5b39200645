/**
 * A program from npm's registry, given nothing but the connector URL, goes as far as it can. Prints one JSON object, the
 * report; fails with a sentence and with what the program said.
 */
import { parseArgs } from 'node:util';

import { leave } from '../typescript/stage.mjs';
import { Home, leaveNothing, version } from './program.mjs';

/** Less than the test waits, so that this ends what it started. */
const DEADLINE_MILLISECONDS = 120_000;

/** Each in a file of its own, which exports `PACKAGE` and `journey`. */
const PROGRAMS = ['claude-code', 'inspector', 'mcp-remote', 'mcporter'];

const text = { type: 'string' };
const { values } = parseArgs({
    options: { program: text, 'mcp-url': text, email: text, password: text, organization: text, team: text, title: text, document: text }
});
const { program, 'mcp-url': url, title, document, ...person } = values;

let home;

function fail(error) {
    console.error(`journey of ${program} failed: ${error.message}`);
    for (let { cause } = error; cause; { cause } = cause) console.error(`  because ${cause.message}`);
    leaveNothing(home);
    process.exit(1);
}

setTimeout(() => fail(new Error(`no end after ${DEADLINE_MILLISECONDS} ms`)), DEADLINE_MILLISECONDS).unref();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => fail(new Error(signal)));

try {
    if (!PROGRAMS.includes(program)) throw new Error(`--program is one of ${PROGRAMS}`);
    home = new Home({ ...person, write: false, refuses: false });
    const { PACKAGE, journey } = await import(`./${program}.mjs`);
    const seen = await journey({ home, url, title, document });
    leaveNothing(home);
    const registration = document ? 'CIMD' : 'DCR';
    console.log(JSON.stringify({ client: PACKAGE, version: version(PACKAGE), registration, ...seen }));
    leave();
} catch (error) {
    fail(error);
}
