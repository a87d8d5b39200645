/** Claude Code: adds the server, signs in at it and says how it stands. Its sign-in wants a terminal. */
import { letAnHourPass, letThePersonRevoke } from '../typescript/stage.mjs';
import { expect, expectTold } from '../typescript/expect.mjs';
import { installed, run, succeed } from './program.mjs';

export const PACKAGE = '@anthropic-ai/claude-code';

const NAME = 'lavori';

export async function journey({ home, url }) {
    const claude = installed(`@anthropic-ai/claude-code-linux-${process.arch}`, 'claude');
    // `script` gives it a terminal.
    const inTerminal = (...args) => ['script', '--quiet', '--return', '--command', [claude, ...args].join(' '), '/dev/null'];
    await succeed(home, [claude, 'mcp', 'add', '--transport', 'http', NAME, url]);
    const standing = async () => {
        const { out } = await run(home, [claude, 'mcp', 'list']);
        return out.split('\n').find(line => line.startsWith(NAME)) ?? out;
    };
    expectTold('before the sign-in', await standing(), /authenticat/i);
    await succeed(home, inTerminal('mcp', 'login', NAME));
    expect('the consents', home.opened().map(page => page.arrived), [200]);
    expectTold('after the sign-in', await standing(), /Connected/);

    await letAnHourPass();
    expectTold('with an expired token', await standing(), /Connected/);
    expect('the consents after the renewal', home.opened().length, 1);

    home.is({ refuses: true });
    await letThePersonRevoke();
    expectTold('after the revocation', await standing(), /authenticat|fail/i);
    const model = 'it calls tools only where a model asks for them';
    return {
        protocol: '2026-07-28',
        passed: ['discover', 'register', 'sign-in', 'consent', 'refresh', 'revoked'],
        cannot: { list: model, read: model, write: model, 'step-up': model }
    };
}
