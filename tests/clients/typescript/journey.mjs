/**
 * The official TypeScript client, given nothing but the connector URL: discovers, registers, sends a person to
 * consent, exchanges the code, lists the tools and calls two of them. Prints one JSON object; fails with a sentence.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';

import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

import { walk, WalkFailed } from './browser.mjs';

/** Nobody listens there: the walk through the browser catches the redirect before it is followed. */
const REDIRECT_URI = 'http://localhost:41238/callback';

const DEADLINE_MILLISECONDS = 90_000;

/** The official interface, as an application would implement it; everything is kept for one run. */
class Provider {
    redirectUrl = REDIRECT_URI;
    clientMetadata = {
        client_name: 'Lavori journey (TypeScript)',
        redirect_uris: [REDIRECT_URI],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none'
    };
    sentState = randomBytes(24).toString('base64url');
    /** What came back from the authorization server, once somebody was sent there. */
    answer = undefined;

    constructor(person) {
        this.person = person;
    }

    state() {
        return this.sentState;
    }

    clientInformation() {
        return this.client;
    }

    saveClientInformation(client) {
        this.client = client;
    }

    tokens() {
        return this.saved;
    }

    saveTokens(tokens) {
        this.saved = tokens;
    }

    saveCodeVerifier(verifier) {
        this.verifier = verifier;
    }

    codeVerifier() {
        return this.verifier;
    }

    saveDiscoveryState(state) {
        this.discovered = state;
    }

    discoveryState() {
        return this.discovered;
    }

    async redirectToAuthorization(url) {
        this.answer = await walk(url, REDIRECT_URI, this.person);
    }
}

/** The whole way; returns what there is to see at its end. */
async function journey(mcpUrl, person, era) {
    const provider = new Provider(person);
    let client = newClient(era);
    let transport = newTransport(mcpUrl, provider);
    try {
        await client.connect(transport);
        throw new WalkFailed('the server let a client in that has no token');
    } catch (error) {
        if (!UnauthorizedError.isInstance(error)) throw error;
        if (!provider.answer) throw new WalkFailed(`nobody was sent to consent: ${error.message}`);
        if (provider.answer.get('state') !== provider.sentState) throw new WalkFailed('the state came back changed');
        await transport.finishAuth(provider.answer);
    }
    client = newClient(era);
    transport = newTransport(mcpUrl, provider);
    await client.connect(transport);
    try {
        if (era !== 'auto' && client.getProtocolEra() !== era) {
            throw new WalkFailed(`the ${era} era was wanted, ${client.getNegotiatedProtocolVersion()} was negotiated`);
        }
        return {
            protocol_version: client.getNegotiatedProtocolVersion(),
            server_info: client.getServerVersion() ?? null,
            tools: await toolNames(client),
            list_tasks: await structured(client, 'list_tasks', { limit: 5 }),
            context: await structured(client, 'get_context', {}),
            scope: provider.saved?.scope ?? null
        };
    } finally {
        await client.close();
    }
}

function newClient(era) {
    const versionNegotiation = { mode: era === 'legacy' ? 'legacy' : 'auto' };
    return new Client({ name: 'lavori-journey', version: '1.0.0' }, { versionNegotiation });
}

function newTransport(mcpUrl, provider) {
    return new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: provider });
}

/** Every tool, page after page. */
async function toolNames(client) {
    const names = [];
    let cursor;
    do {
        const page = await client.listTools(cursor === undefined ? undefined : { cursor });
        names.push(...page.tools.map(tool => tool.name));
        cursor = page.nextCursor;
    } while (cursor);
    return names;
}

/** A call's structured content. A tool error ends the journey. */
async function structured(client, name, args) {
    const result = await client.callTool({ name, arguments: args });
    if (result.isError || result.structuredContent === undefined) {
        throw new WalkFailed(`${name} did not answer with structured content: ${JSON.stringify(result)}`);
    }
    return result.structuredContent;
}

function readArguments() {
    const text = { type: 'string' };
    const flag = { type: 'boolean', default: false };
    const { values } = parseArgs({
        options: {
            'mcp-url': text,
            email: text,
            password: text,
            organization: text,
            team: text,
            write: flag,
            billing: flag,
            era: { type: 'string', default: 'legacy' }
        }
    });
    for (const name of ['mcp-url', 'email', 'password', 'organization']) {
        if (values[name] === undefined) throw new WalkFailed(`--${name} is missing`);
    }
    if (!['auto', 'legacy', 'modern'].includes(values.era)) throw new WalkFailed('--era is auto, legacy or modern');
    return values;
}

const deadline = setTimeout(() => fail(new WalkFailed(`no end after ${DEADLINE_MILLISECONDS} ms`)), DEADLINE_MILLISECONDS);

function fail(error) {
    console.error(`journey failed: ${error.name}: ${error.message}`);
    for (let { cause } = error; cause; { cause } = cause) console.error(`  because ${cause.name}: ${cause.message}`);
    process.exit(1);
}

try {
    const { 'mcp-url': mcpUrl, era, ...person } = readArguments();
    const seen = await journey(mcpUrl, person, era);
    console.log(JSON.stringify(seen));
} catch (error) {
    fail(error);
} finally {
    clearTimeout(deadline);
}
