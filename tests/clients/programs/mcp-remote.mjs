/** mcp-remote: a proxy for programs that speak MCP over standard input and output only. This is such a program. */
import { createInterface } from 'node:readline';

import { letAnHourPass, letThePersonRevoke } from '../typescript/stage.mjs';
import { expect, expectAll } from '../typescript/expect.mjs';
import { installed, start, within } from './program.mjs';

export const PACKAGE = 'mcp-remote';

const [READ, WRITE] = ['mcp:read', 'mcp:read mcp:write'];

/** A program's client end: one request after the other. */
class Wire {
    number = 0;
    waiting = new Map();

    constructor(program) {
        this.program = program;
        createInterface({ input: program.child.stdout }).on('line', line => {
            const message = JSON.parse(line);
            this.waiting.get(message.id)?.(message);
            this.waiting.delete(message.id);
        });
    }

    notify(method) {
        this.program.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`);
    }

    /** The whole answer, error or not. */
    async ask(method, params) {
        const id = (this.number += 1);
        const answer = new Promise(resolve => this.waiting.set(id, resolve));
        this.program.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
        const gone = this.program.ended.then(code => {
            throw new Error(`it ended with ${code} before it answered ${method}`);
        });
        return await within(this.program, `no answer to ${method} ${params?.name ?? ''}`, Promise.race([answer, gone]));
    }

    /** A call's structured content. */
    async call(name, args) {
        const answer = await this.ask('tools/call', { name, arguments: args });
        const content = answer.result?.structuredContent;
        if (!content || answer.result.isError) throw new Error(`${name} was answered with ${JSON.stringify(answer)}`);
        return content;
    }
}

export async function journey({ home, url, title, document }) {
    // It speaks the newer version only where it is told to.
    const way = document ? ['--client-metadata-url', document, '--protocol', 'auto'] : [];
    const wire = new Wire(start(home, [process.execPath, installed(PACKAGE, 'dist/proxy.js'), url, ...way]));
    const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'lavori-journey', version: '1.0.0' } };
    await wire.ask('initialize', hello);
    wire.notify('notifications/initialized');
    const scopes = () => home.opened().map(page => page.scope);
    expect('the first consent', scopes(), [READ]);

    const listed = await wire.ask('tools/list', {});
    const tools = listed.result.tools.map(tool => tool.name);
    expectAll('the tools', tools, ['list_tasks', 'get_context']);
    await wire.call('list_tasks', { limit: 5 });
    const context = await wire.call('get_context', {});

    // Allowed to read only: it asks the person for more when it is told so, and goes on.
    home.is({ write: true });
    const projects = await wire.call('list_projects', { status: ['active'], limit: 1 });
    await wire.call('create_tasks', { tasks: [{ title, project: projects.data[0].id }] });
    expect('the second consent', scopes(), [READ, WRITE]);
    const found = await wire.call('search', { query: title });
    expect('what was added', found.results.map(one => one.title), [title]);

    await letAnHourPass();
    const still = await wire.call('search', { query: title });
    expect('a read with an expired token', still.results.map(one => one.title), [title]);
    expect('the consents after the renewal', scopes(), [READ, WRITE]);

    home.is({ refuses: true });
    await letThePersonRevoke();
    const refused = await wire.ask('tools/call', { name: 'list_tasks', arguments: { limit: 1 } });
    if (refused.result && !refused.result.isError) throw new Error('a call of a revoked connection was answered');
    return {
        protocol: document ? '2026-07-28' : '2025-11-25',
        passed: ['discover', 'register', 'sign-in', 'consent', 'list', 'read', 'write', 'refresh', 'step-up', 'revoked'],
        tools,
        context,
        refused
    };
}
