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
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node instanceof Element) showTimes(node.parentElement ?? node);
  }
}).observe(document.body, { childList: true, subtree: true });
