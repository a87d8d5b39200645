/**
 * The official TypeScript client, given nothing but the connector URL: discovers, becomes a client, sends a person to
 * consent, lists, reads, asks for more when it must, writes, refreshes, and finds itself revoked. Prints one JSON
 * object; fails with a sentence.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

import { walk, WalkFailed } from './browser.mjs';
import { expect } from './expect.mjs';
import { leave, letAnHourPass, letThePersonRevoke } from './stage.mjs';

/** Nobody listens there: the walk through the browser catches the redirect before it is followed. */
const REDIRECT_URI = 'http://localhost:41238/callback';

const DEADLINE_MILLISECONDS = 90_000;

/** A call of a revoked connection that takes longer hangs. */
const REFUSAL_MILLISECONDS = 20_000;

const [READ, WRITE] = ['mcp:read', 'mcp:read mcp:write'];

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
    /** The scope that each authorization URL asked for. */
    asked = [];

    constructor(person, document) {
        this.person = person;
        this.clientMetadataUrl = document;
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

    invalidateCredentials(what) {
        if (what === 'all' || what === 'tokens') this.saved = undefined;
        if (what === 'all' || what === 'client') this.client = undefined;
        if (what === 'all' || what === 'verifier') this.verifier = undefined;
        if (what === 'all' || what === 'discovery') this.discovered = undefined;
    }

    async redirectToAuthorization(url) {
        this.asked.push(url.searchParams.get('scope') ?? '');
        this.answer = await walk(url, REDIRECT_URI, this.person);
    }

    /** What came back, for the client to finish with. */
    takeAnswer() {
        const { answer } = this;
        if (!answer) throw new WalkFailed('nobody was sent to consent');
        if (answer.get('state') !== this.sentState) throw new WalkFailed('the state came back changed');
        this.answer = undefined;
        return answer;
    }
}

/** The whole way; returns what there is to see at its end. */
async function journey(mcpUrl, person, era, document, title) {
    const provider = new Provider(person, document);
    let transport = newTransport(mcpUrl, provider);
    try {
        await newClient(era).connect(transport);
        throw new WalkFailed('the server let a client in that has no token');
    } catch (error) {
        if (!UnauthorizedError.isInstance(error)) throw error;
        await transport.finishAuth(provider.takeAnswer());
    }
    const client = newClient(era);
    transport = newTransport(mcpUrl, provider);
    await client.connect(transport);
    try {
        expect('the first consent', provider.asked, [READ]);
        expect('the scope of the first tokens', provider.saved.scope, READ);
        const tools = await toolNames(client);
        const read = await structured(client, 'list_tasks', { limit: 5 });
        expect('the tasks', read.data.length, 5);
        const context = await structured(client, 'get_context', {});

        // Allowed to read only: the server shows no tool that writes, answers 403 when one is called all the same, as by
        // a model that knows it from before, and the client asks the person for more.
        person.write = true;
        const projects = await structured(client, 'list_projects', { status: ['active'], limit: 1 });
        const task = { tasks: [{ title, project: projects.data[0].id }] };
        const added = await afterConsent(transport, provider, () => structured(client, 'create_tasks', task));
        expect('the second consent', provider.asked, [READ, WRITE]);
        expect('the scope of the second tokens', provider.saved.scope, WRITE);
        const found = await structured(client, 'search', { query: title });
        expect('what was added', found.results.map(one => one.title), [title]);

        await letAnHourPass();
        const renewed = await structured(client, 'search', { query: title });
        expect('a read with an expired token', renewed.results, found.results);
        expect('the consents after the renewal', provider.asked.length, 2);
        const toolsThen = await toolNames(client);

        person.refuses = true;
        await letThePersonRevoke();
        const refused = await refusal(client);
        return {
            protocol: client.getNegotiatedProtocolVersion(),
            passed: ['discover', 'register', 'sign-in', 'consent', 'list', 'read', 'write', 'refresh', 'step-up', 'revoked'],
            tools,
            tools_then: toolsThen,
            context,
            added: added.results,
            refused,
            asked: provider.asked
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

/** Calls once more when the client had to ask its person: it says so by an error, and the application finishes. */
async function afterConsent(transport, provider, call) {
    try {
        await call();
    } catch (error) {
        if (!UnauthorizedError.isInstance(error)) throw error;
        await transport.finishAuth(provider.takeAnswer());
        return await call();
    }
    throw new WalkFailed('a client that may only read could write');
}

/** How the next call of a revoked connection ends. */
async function refusal(client) {
    const tooLate = new Promise((_, reject) => {
        setTimeout(() => reject(new WalkFailed('a call of a revoked connection hangs')), REFUSAL_MILLISECONDS).unref();
    });
    try {
        await Promise.race([structured(client, 'list_tasks', { limit: 1 }), tooLate]);
    } catch (error) {
        if (!UnauthorizedError.isInstance(error)) throw error;
        return `${error.name}: ${error.message}`;
    }
    throw new WalkFailed('a call of a revoked connection was answered');
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

/** The version that is installed beside this program. */
function installedVersion(name) {
    return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
}

function readArguments() {
    const text = { type: 'string' };
    const { values } = parseArgs({
        options: { 'mcp-url': text, email: text, password: text, organization: text, team: text, title: text, document: text, era: text }
    });
    for (const name of ['mcp-url', 'email', 'password', 'organization', 'title', 'era']) {
        if (values[name] === undefined) throw new WalkFailed(`--${name} is missing`);
    }
    if (!['legacy', 'modern'].includes(values.era)) throw new WalkFailed('--era is legacy or modern');
    return values;
}

const deadline = setTimeout(() => fail(new WalkFailed(`no end after ${DEADLINE_MILLISECONDS} ms`)), DEADLINE_MILLISECONDS);

function fail(error) {
    console.error(`journey failed: ${error.name}: ${error.message}`);
    for (let { cause } = error; cause; { cause } = cause) console.error(`  because ${cause.name}: ${cause.message}`);
    process.exit(1);
}

try {
    const { 'mcp-url': mcpUrl, era, document, title, ...person } = readArguments();
    const seen = await journey(mcpUrl, { ...person, write: false, refuses: false }, era, document, title);
    const name = '@modelcontextprotocol/client';
    const registration = document ? 'CIMD' : 'DCR';
    console.log(JSON.stringify({ client: `TypeScript ${name}`, version: installedVersion(name), registration, ...seen }));
} catch (error) {
    fail(error);
} finally {
    clearTimeout(deadline);
    leave();
}
