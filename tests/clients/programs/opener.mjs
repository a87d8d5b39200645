/**
 * What a program starts in order to open a page: `BROWSER` and a fake `xdg-open` lead here. Goes to the consent page as
 * a person would, answers, and follows the redirect back to the program, which listens for it.
 *
 * The folder in `LAVORI_STAGE` holds who the person is (`person.json`) and gets what happened (`opened.jsonl`).
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { walk } from '../typescript/browser.mjs';

const PATIENCE_MILLISECONDS = 20_000;

const stage = process.env.LAVORI_STAGE;
const told = what => appendFileSync(join(stage, 'opened.jsonl'), `${JSON.stringify(what)}\n`);

/** Some programs begin to listen only after they have opened the page: a person is slower than this is. */
async function arrive(back) {
    for (let wait = 50; ; wait *= 2) {
        try {
            return await fetch(back, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
        } catch (error) {
            if (error.cause?.code !== 'ECONNREFUSED' || wait > PATIENCE_MILLISECONDS / 4) throw error;
            await new Promise(resolve => setTimeout(resolve, wait));
        }
    }
}

try {
    const url = process.argv.slice(2).find(argument => /^https?:/.test(argument));
    if (url === undefined) throw new Error(`no URL to open: ${process.argv.slice(2)}`);
    const authorize = new URL(url);
    const asked = name => authorize.searchParams.get(name) ?? '';
    const person = JSON.parse(readFileSync(join(stage, 'person.json'), 'utf8'));
    const answer = await walk(authorize, asked('redirect_uri'), person);
    const back = `${asked('redirect_uri')}?${answer}`;
    const arrived = await arrive(back);
    await arrived.text();
    told({ client_id: asked('client_id'), scope: asked('scope'), refused: answer.has('error'), arrived: arrived.status });
} catch (error) {
    told({ failed: `${error.name}: ${error.message} ${error.cause?.message ?? ''}` });
    process.exitCode = 1;
}
