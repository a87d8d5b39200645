/** MCP Inspector's command line: one command, one connection; what it keeps lies in the person's home. */
import { letAnHourPass, letThePersonRevoke } from '../typescript/stage.mjs';
import { expect, expectAll, expectTold } from './expect.mjs';
import { installed, run, succeed } from './program.mjs';

export const PACKAGE = '@modelcontextprotocol/inspector';

export async function journey({ home, url, title, document }) {
    // The server's metadata names reading only, and that is all it asks for: it is never told to ask for more.
    home.is({ write: true });
    const way = document ? ['--client-metadata-url', document] : [];
    const era = document ? 'modern' : 'legacy';
    const command = [process.execPath, installed(PACKAGE, 'clients/launcher/build/index.js'), '--cli',
        '--server-url', url, '--transport', 'http', '--protocol-era', era, '--format', 'json',
        '--callback-url', `http://127.0.0.1:${document ? 41241 : 41242}/oauth/callback`, ...way];
    const call = (tool, args) => [...command, '--method', 'tools/call', '--tool-name', tool,
        ...Object.entries(args).flatMap(([name, value]) => ['--tool-arg', `${name}=${JSON.stringify(value)}`])];
    const ask = async (tool, args) => JSON.parse((await succeed(home, call(tool, args))).out).result.structuredContent;

    const { out } = await succeed(home, [...command, '--method', 'tools/list', '--strict']);
    const tools = JSON.parse(out).result.tools.map(tool => tool.name);
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
    const refused = await run(home, call('get_context', {}));
    expect('a call of a revoked connection ended well', refused.code === 0, false);
    expectTold('why it ended', refused.out + refused.err, /denied|refused|unauthori[sz]ed|OAuth/i);
    return {
        protocol: era === 'modern' ? '2026-07-28' : '2025-11-25',
        passed: ['discover', 'register', 'sign-in', 'consent', 'list', 'read', 'write', 'refresh', 'revoked'],
        cannot: { 'step-up': 'it has what the person allowed at first, and tells a refusal as an error' },
        tools,
        context
    };
}
