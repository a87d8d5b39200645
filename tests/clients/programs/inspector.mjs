/** MCP Inspector's command line: one command, one connection; what it keeps lies in the person's home. */
import { journeyOfCommands } from './commands.mjs';
import { installed } from './program.mjs';

export const PACKAGE = '@modelcontextprotocol/inspector';

export async function journey({ home, url, title, document }) {
    // The server's metadata names reading only, and that is all it asks for: it is never told to ask for more.
    home.is({ write: true });
    const [era, protocol, port] = document ? ['modern', '2026-07-28', 41241] : ['legacy', '2025-11-25', 41242];
    const command = [process.execPath, installed(PACKAGE, 'clients/launcher/build/index.js'), '--cli',
        '--server-url', url, '--transport', 'http', '--protocol-era', era, '--format', 'json',
        '--callback-url', `http://127.0.0.1:${port}/oauth/callback`,
        ...(document ? ['--client-metadata-url', document] : [])];
    const seen = await journeyOfCommands({
        home,
        title,
        list: [...command, '--method', 'tools/list', '--strict'],
        toolsOf: printed => printed.result.tools,
        call: (tool, args) => [...command, '--method', 'tools/call', '--tool-name', tool,
            ...Object.entries(args).flatMap(([name, value]) => ['--tool-arg', `${name}=${JSON.stringify(value)}`])],
        answerOf: printed => printed.result.structuredContent,
        stepUp: 'it has what the person allowed at first, and tells a refusal as an error'
    });
    return { protocol, ...seen };
}
