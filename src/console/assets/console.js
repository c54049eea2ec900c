/** What makes the pages more convenient; each of them can be read without it. */

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Times in the reader's own zone; the exact one stays where the pointer rests. */
function showTimes(root) {
  for (const time of root.querySelectorAll('time[datetime]:not([data-local])')) {
    const date = new Date(time.dateTime);
    if (!time.dateTime.includes('T') || Number.isNaN(date.getTime())) continue;
    time.textContent = moment.format(date);
    time.dataset.local = '';
  }
}

/** `<button hidden data-copies="id">`: copies the text of the element of that id. */
function offerCopies(root) {
  if (navigator.clipboard === undefined) return;
  for (const button of root.querySelectorAll('button[data-copies]')) button.hidden = false;
}

/** `<input type="checkbox" hidden data-checks="name">` checks all of that name in its form. */
function offerChecks(root) {
  for (const box of root.querySelectorAll('input[data-checks]'))
    box.closest('[hidden]')?.removeAttribute('hidden');
}

addEventListener('click', async ({ target }) => {
  const button = target instanceof Element ? target.closest('button[data-copies]') : null;
  if (button === null) return;
  const source = document.getElementById(button.dataset.copies);
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(source?.value ?? source?.textContent ?? '');
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Select the text and copy it';
  }
  setTimeout(() => {
    button.textContent = label;
  }, 2_000);
});

addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.dataset.checks === undefined) return;
  for (const box of document.querySelectorAll('input[type="checkbox"]')) {
    if (box.name === target.dataset.checks) box.checked = target.checked;
  }
});

/** Whatever is sent shows at once that it works. */
addEventListener('submit', ({ target, submitter }) => {
  if (target instanceof HTMLFormElement && target.target === '' && !submitter?.hasAttribute('data-stays')) {
    document.documentElement.dataset.working = '';
  }
});
addEventListener('pageshow', () => delete document.documentElement.dataset.working);

showTimes(document);
offerCopies(document);
offerChecks(document);

const AWAY = 'The server does not answer. This page shows what it said last, and asks again by itself.';
const AGAIN_MS = 2_000;

/**
 * `<section id="…" data-live="/ui/…">`: where its stream tells of a change, the section is asked for again and
 * put in place. A server that went away is told, and asked until it is back.
 */
class LiveSection {
  #id;
  #stream;
  #isAsking = false;
  #isStale = false;
  #isAway = false;

  constructor({ id, dataset }) {
    this.#id = id;
    this.#listen(dataset.live);
  }

  #listen(address) {
    const stream = new EventSource(address);
    this.#stream = stream;
    for (const name of ['job', 'changed']) stream.addEventListener(name, () => this.#refresh());
    // What changed between the page and its stream was told to nobody.
    stream.addEventListener('open', () => this.#refresh());
    stream.addEventListener('error', () => {
      // An ended job closes its stream too: the next look tells which it was.
      stream.close();
      this.#refresh();
    });
  }

  async #refresh() {
    this.#isStale = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        this.#show(await this.#fetch());
      }
      this.#tell(false);
      const { live } = document.getElementById(this.#id)?.dataset ?? {};
      if (live === undefined) this.#stream.close();
      else if (this.#stream.readyState === EventSource.CLOSED) setTimeout(() => this.#listen(live), AGAIN_MS);
    } catch {
      this.#tell(true);
      setTimeout(() => this.#refresh(), AGAIN_MS);
    } finally {
      this.#isAsking = false;
    }
  }

  /** The whole of it or nothing: a page that broke off on its way has no end. */
  async #fetch() {
    const response = await fetch(location.href, { headers: { accept: 'text/html' } });
    // The session has ended: its page says so, and leads back.
    if (response.redirected) location.assign(response.url);
    const text = await response.text();
    if (!response.ok || !text.trimEnd().endsWith('</html>')) throw new Error(`answered ${response.status}`);
    const found = new DOMParser().parseFromString(text, 'text/html').getElementById(this.#id);
    if (found === null) throw new Error('answered another page');
    return found;
  }

  #show(next) {
    const now = document.getElementById(this.#id);
    if (now === null) return;
    showTimes(next);
    const focused = now.contains(document.activeElement) ? document.activeElement.id : '';
    for (const open of now.querySelectorAll('details[open][id]'))
      next.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute('open', '');
    if (now.isEqualNode(next)) return;
    now.replaceWith(next);
    if (focused !== '') document.getElementById(focused)?.focus();
  }

  #tell(isAway) {
    if (this.#isAway === isAway) return;
    this.#isAway = isAway;
    document.getElementById('away')?.remove();
    if (!isAway) return;
    const notice = document.createElement('p');
    notice.id = 'away';
    notice.className = 'notice warning';
    notice.setAttribute('role', 'status');
    notice.textContent = AWAY;
    document.getElementById(this.#id)?.before(notice);
  }
}

for (const section of document.querySelectorAll('section[data-live]')) new LiveSection(section);
