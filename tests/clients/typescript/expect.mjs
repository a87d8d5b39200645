/** What a journey holds to be so, or ends with a sentence. */

/** Fails unless both are written alike. */
export function expect(what, seen, wanted) {
    const [one, other] = [JSON.stringify(seen), JSON.stringify(wanted)];
    if (one !== other) throw new Error(`${what}: ${one} instead of ${other}`);
}

/** Fails unless every one of `wanted` is among what was seen. */
export function expectAll(what, seen, wanted) {
    const missing = wanted.filter(one => !seen.includes(one));
    if (missing.length > 0) throw new Error(`${what}: ${missing} is not in ${JSON.stringify(seen)}`);
}

/** Fails unless the text tells it. */
export function expectTold(what, text, pattern) {
    if (!pattern.test(text)) throw new Error(`${what}: ${pattern} is not told in:\n${text}`);
}
