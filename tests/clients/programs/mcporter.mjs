/** mcporter: a command for each thing; what it keeps lies in the person's home. */
import { journeyOfCommands } from './commands.mjs';
import { installed, succeed } from './program.mjs';

export const PACKAGE = 'mcporter';

export async function journey({ home, url, title }) {
    // It does not ask for more than it was given at first.
    home.is({ write: true });
    // Where the port changes with each command, it forgets its registration and asks the person again.
    const lavori = { url, auth: 'oauth', oauthRedirectUrl: 'http://127.0.0.1:41243/callback' };
    home.write('config/mcporter.json', JSON.stringify({ mcpServers: { lavori }, imports: [] }));
    const mcporter = [process.execPath, installed(PACKAGE, 'dist/cli.js'), '--log-level', 'error'];
    await succeed(home, [...mcporter, 'auth', 'lavori']);
    const seen = await journeyOfCommands({
        home,
        title,
        list: [...mcporter, 'list', 'lavori', '--json'],
        toolsOf: printed => printed.tools,
        call: (tool, args) => [...mcporter, 'call', `lavori.${tool}`, '--output', 'json', '--args', JSON.stringify(args)],
        answerOf: printed => printed,
        stepUp: 'it tells the refusal as an error and does not ask for more'
    });
    return { protocol: '2025-11-25', ...seen };
}
