/** mcporter: a command for each thing; what it keeps lies in the person's home. */
import { letAnHourPass, letThePersonRevoke } from '../typescript/stage.mjs';
import { expect, expectAll, expectTold } from './expect.mjs';
import { installed, run, succeed } from './program.mjs';

export const PACKAGE = 'mcporter';

export async function journey({ home, url, title }) {
    // It does not ask for more than it was given at first.
    home.is({ write: true });
    // Where the port changes with each command, it forgets its registration and asks the person again.
    const lavori = { url, auth: 'oauth', oauthRedirectUrl: 'http://127.0.0.1:41243/callback' };
    home.write('config/mcporter.json', JSON.stringify({ mcpServers: { lavori }, imports: [] }));
    const mcporter = [process.execPath, installed(PACKAGE, 'dist/cli.js'), '--log-level', 'error'];
    const call = (tool, args) => [...mcporter, 'call', `lavori.${tool}`, '--output', 'json', '--args', JSON.stringify(args)];
    const ask = async (tool, args) => JSON.parse((await succeed(home, call(tool, args))).out);

    await succeed(home, [...mcporter, 'auth', 'lavori']);
    const listed = JSON.parse((await succeed(home, [...mcporter, 'list', 'lavori', '--json'])).out);
    const tools = listed.tools.map(tool => tool.name);
    expectAll('the tools', tools, ['list_tasks', 'get_context', 'create_tasks']);
    const context = await ask('get_context', {});
    const projects = await ask('list_projects', { status: ['active'], limit: 1 });
    await ask('create_tasks', { tasks: [{ title, project: projects.data[0].id }] });
    const titles = async () => (await ask('search', { query: title })).results.map(one => one.title);
    expect('what was added', await titles(), [title]);

    await letAnHourPass();
    expect('a read with an expired token', await titles(), [title]);
    expect('the consents', home.opened().length, 1);

    home.is({ refuses: true });
    await letThePersonRevoke();
    const { code, out, err } = await run(home, call('get_context', {}));
    expect('a call of a revoked connection ended well', code === 0, false);
    expectTold('why it ended', out + err, /denied|refused|unauthori[sz]ed|OAuth/i);
    return {
        protocol: '2025-11-25',
        passed: ['discover', 'register', 'sign-in', 'consent', 'list', 'read', 'write', 'refresh', 'revoked'],
        cannot: { 'step-up': 'it tells the refusal as an error and does not ask for more' },
        tools,
        context
    };
}
