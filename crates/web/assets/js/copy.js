// The buttons that copy a field or a text, wherever they are shown.

const SAID_FOR = 3000;
/** What is waiting to be said again as it was, by button. */
const undoing = new WeakMap();

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) {
    copy(button);
  }
});
document.addEventListener("shown", (event) => ready(event.detail));
ready(document);

function ready(part) {
  for (const button of part.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.classList.add("ready");
  }
}

/** Copies it, and says so; where the clipboard is refused, selects it for copying by hand. */
async function copy(button) {
  const root = button.closest("dialog") ?? document;
  const source = root.querySelector(`#${button.dataset.copy}`);
  const hint = root.querySelector(`#${button.dataset.hint ?? `${source.id}-hint`}`);
  undoing.get(button)?.();
  undoing.get(hint)?.();
  const copied = await write(source.value ?? source.textContent);
  if (copied) {
    forAWhile(button, button.firstChild, "Copied");
    forAWhile(hint, hint, "Copied.");
  } else {
    select(source);
    // It is said for as long as it takes to do it.
    hint.textContent = "Your browser does not let this page copy. The text is selected now: copy it by hand.";
  }
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function select(source) {
  if (source.select) {
    source.focus();
    source.select();
  } else {
    getSelection().selectAllChildren(source);
  }
}

/** Shows a text for a moment; `owner` remembers how to show the old one again. */
function forAWhile(owner, node, text) {
  const before = node.textContent;
  node.textContent = text;
  const undo = () => {
    clearTimeout(timer);
    undoing.delete(owner);
    node.textContent = before;
  };
  const timer = setTimeout(undo, SAID_FOR);
  undoing.set(owner, undo);
}
