/** The journey of a program that is one command for each thing it does, and keeps its tokens in the person's home. */
import { expect, expectAll, expectTold } from '../typescript/expect.mjs';
import { letAnHourPass, letThePersonRevoke } from '../typescript/stage.mjs';
import { run, succeed } from './program.mjs';

/**
 * Lists, reads, writes, goes on after an hour, and finds itself revoked.
 *
 * @param list the command that lists the tools; `toolsOf` finds them in what it printed
 * @param call makes the command that calls a tool; `answerOf` finds its structured content in what it printed
 * @param stepUp why it does not ask for more
 */
export async function journeyOfCommands({ home, title, list, toolsOf, call, answerOf, stepUp }) {
    const printed = async command => JSON.parse((await succeed(home, command)).out);
    const ask = async (tool, args) => answerOf(await printed(call(tool, args)));

    const tools = toolsOf(await printed(list)).map(tool => tool.name);
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
        passed: ['discover', 'register', 'sign-in', 'consent', 'list', 'read', 'write', 'refresh', 'revoked'],
        cannot: { 'step-up': stepUp },
        tools,
        context
    };
}
