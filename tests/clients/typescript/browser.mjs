/**
 * A person with a browser, without the browser: opens a page, fills its forms as they stand, follows redirects.
 *
 * Only what a browser would send is sent: hidden fields as they are, choices only among those offered and not
 * disabled, a button only if the page has it. So a page that a person could not use fails here as well.
 */
import { parse } from 'node-html-parser';

/** Pages and redirects between opening the authorization URL and coming back. More is a loop. */
const MOST_STEPS = 15;

/** The person could not get through; the message says where and why. */
export class WalkFailed extends Error {
    name = 'WalkFailed';
}

/** A form, read from the page and filled as a person would. */
class Form {
    constructor(element) {
        this.element = element;
        this.action = element.getAttribute('action') ?? '';
        this.controls = element.querySelectorAll('input, select, button').map(control);
    }

    /** The controls of that name that a person can use. */
    named(name) {
        return this.controls.filter(one => one.name === name && !one.disabled);
    }

    /** Types into a text field. */
    write(name, text) {
        const fields = this.named(name);
        if (fields.length !== 1 || !['text', 'email', 'password', 'hidden'].includes(fields[0].kind)) {
            throw new WalkFailed(`the form ${this.action} has no single field '${name}' to type into`);
        }
        fields[0].value = text;
    }

    /** Picks one of the radio buttons or options; a hidden field is a choice already made. */
    choose(name, value) {
        const offered = [];
        for (const one of this.named(name)) {
            offered.push(...(one.options ?? [one.value]));
            if (one.options?.includes(value)) one.value = value;
            if (!one.options) one.checked = one.value === value;
        }
        if (!offered.includes(value)) {
            throw new WalkFailed(`the form ${this.action} does not offer ${name} '${value}', only ${JSON.stringify(offered)}`);
        }
    }

    /** Sets a switch that has to be off at first: nothing is granted that the person did not switch on. */
    toggle(name, on) {
        const switches = this.named(name).filter(one => one.kind === 'checkbox');
        if (switches.some(one => one.checked)) {
            throw new WalkFailed(`${name} is switched on before the person touched it`);
        }
        if (on && switches.length !== 1) throw new WalkFailed(`the form ${this.action} has no switch '${name}'`);
        for (const one of switches) one.checked = on;
    }

    /** What a browser sends when the form is submitted, by that button if one is named. */
    submission(button) {
        const sent = new URLSearchParams();
        for (const one of this.controls) {
            if (one.disabled || !one.name) continue;
            const pressed = one.kind === 'submit' && one.name === button?.name && one.value === button?.value;
            const ticked = ['radio', 'checkbox'].includes(one.kind) && one.checked;
            if (pressed || ticked || !['submit', 'radio', 'checkbox'].includes(one.kind)) sent.append(one.name, one.value);
        }
        if (button && sent.get(button.name) !== button.value) {
            throw new WalkFailed(`the form ${this.action} has no button ${button.name}=${button.value}`);
        }
        return sent;
    }
}

function control(element) {
    const tag = element.tagName.toLowerCase();
    const has = name => element.hasAttribute(name);
    const one = {
        kind: tag === 'select' ? 'select' : (element.getAttribute('type') ?? (tag === 'button' ? 'submit' : 'text')).toLowerCase(),
        name: element.getAttribute('name') ?? '',
        value: element.getAttribute('value') ?? '',
        disabled: has('disabled'),
        checked: has('checked')
    };
    if (['checkbox', 'radio'].includes(one.kind) && !has('value')) one.value = 'on';
    if (one.kind === 'select') {
        const options = element.querySelectorAll('option').filter(option => !option.hasAttribute('disabled'));
        one.options = options.map(option => option.getAttribute('value') ?? option.text);
        const selected = options.findIndex(option => option.hasAttribute('selected'));
        one.value = one.options[Math.max(selected, 0)] ?? '';
    }
    return one;
}

/** Requests with cookies and without following redirects. */
class Browser {
    cookies = new Map();

    async open(url, init = {}) {
        const headers = { ...init.headers, accept: 'text/html' };
        if (this.cookies.size > 0) headers.cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const response = await fetch(url, { ...init, headers, redirect: 'manual', signal: AbortSignal.timeout(30_000) });
        for (const line of response.headers.getSetCookie()) {
            const [pair, ...attributes] = line.split(';');
            const [name, value] = [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()];
            const ended = attributes.some(attribute => /^\s*max-age\s*=\s*-?0*\s*$/i.test(attribute));
            if (ended) this.cookies.delete(name);
            else this.cookies.set(name, value);
        }
        return { url: new URL(url), status: response.status, location: response.headers.get('location'), text: await response.text() };
    }

    async submit(page, form, fields) {
        if (form.element.getAttribute('method')?.toLowerCase() !== 'post') {
            throw new WalkFailed(`the form ${form.action} is not sent by post: secrets would be in a URL`);
        }
        const headers = { origin: page.url.origin, 'sec-fetch-site': 'same-origin' };
        return await this.open(new URL(form.action, page.url), { method: 'POST', body: fields, headers });
    }
}

/**
 * Opens the authorization URL, signs in, answers, and returns the parameters that came back to the client.
 *
 * @param person `{ email, password, organization, team, write, refuses }`
 */
export async function walk(authorizeUrl, redirectUri, person) {
    const browser = new Browser();
    let page = await browser.open(authorizeUrl);
    let signedIn = false;
    let answered = false;
    for (let step = 0; step < MOST_STEPS; step += 1) {
        if (page.status >= 300 && page.status < 400 && page.location) {
            const target = new URL(page.location, page.url);
            if (target.origin + target.pathname === redirectUri) return target.searchParams;
            page = await browser.open(target);
            continue;
        }
        const root = parse(page.text);
        for (const unread of root.querySelectorAll('head, script, style')) unread.remove();
        const told = `${page.status} at ${page.url.pathname}: ${root.text.replaceAll(/\s+/g, ' ').trim().slice(0, 600)}`;
        if (page.status !== 200) throw new WalkFailed(`the server answered ${told}`);
        const forms = root.querySelectorAll('form').map(element => new Form(element));
        const signIn = forms.find(form => form.named('password').length > 0);
        const consent = forms.find(form => form.named('decision').length > 0);
        if (signIn) {
            if (signedIn) throw new WalkFailed(`sign-in was refused, ${told}`);
            signedIn = true;
            signIn.write('email', person.email);
            signIn.write('password', person.password);
            page = await browser.submit(page, signIn, signIn.submission());
        } else if (consent) {
            if (answered) throw new WalkFailed(`the answer was not taken, ${told}`);
            answered = true;
            if (person.refuses) {
                page = await browser.submit(page, consent, consent.submission({ name: 'decision', value: 'deny' }));
                continue;
            }
            consent.choose('organization', person.organization);
            if (person.team !== undefined) consent.choose(`team-${person.organization}`, person.team);
            consent.toggle('allow_write', person.write);
            consent.toggle('allow_billing', false);
            page = await browser.submit(page, consent, consent.submission({ name: 'decision', value: 'allow' }));
        } else {
            throw new WalkFailed(`a page with neither sign-in nor consent, ${told}`);
        }
    }
    throw new WalkFailed(`still not back at the client after ${MOST_STEPS} steps, now at ${page.url}`);
}
