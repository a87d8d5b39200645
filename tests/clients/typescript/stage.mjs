/** What a journey asks of the test that runs it, by a line on standard output that one on standard input answers. */
import { createInterface } from 'node:readline';

const AN_HOUR_MILLISECONDS = (3600 + 1) * 1000;

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();

/** The server's clock moves on, and this program's with it: some clients go by their own. */
export async function letAnHourPass() {
    await ask('expire');
    const before = Date.now;
    Date.now = () => before() + AN_HOUR_MILLISECONDS;
}

/** The person opens their connections and revokes every one of them. */
export async function letThePersonRevoke() {
    await ask('revoke');
}

/** Lets the program end. */
export function leave() {
    input.close();
    process.stdin.unref?.();
}

async function ask(wish) {
    console.log(wish);
    const { value } = await lines.next();
    if (value !== 'done') throw new Error(`'${wish}' was answered with '${value}'`);
}
