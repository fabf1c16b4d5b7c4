// What the markup of one block does. `element` is the block, `trigger` tells the server; the handler checks everything.
const tell = (act, value) => trigger('click', {act, value});
const filled = form => JSON.stringify(Object.fromEntries(new FormData(form)));
const tabs = () => [...document.querySelectorAll('#hf-columns [role=tab]')];
const open = name => {
  const order = ['talk', 'portfolio', 'why', 'market', 'me', 'log'];
  const tab = tabs()[order.indexOf(name)];
  if (tab) tab.click();
};

// An example goes into the message box, where it can still be changed.
const draft = text => {
  open('talk');
  document.querySelectorAll('details.hf-help').forEach(d => { d.open = false; });
  const box = document.querySelector('#hf-message textarea');
  if (!box) return;
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(box, text);
  box.dispatchEvent(new Event('input', {bubbles: true}));
  setTimeout(() => box.focus(), 60);
};

element.addEventListener('click', e => {
  const b = e.target.closest('[data-act], [data-draft], [data-go], [data-open]');
  if (!b) return;
  if ('draft' in b.dataset) draft(b.dataset.draft);
  else if ('go' in b.dataset) open(b.dataset.go);
  else if ('open' in b.dataset) {
    const d = document.getElementById(b.dataset.open);
    if (d) { d.open = !d.open; if (d.open) d.querySelector('summary').focus(); }
  } else if (!('form' in b.dataset) && !('live' in b.dataset)) tell(b.dataset.act, b.dataset.value || '');
});
element.addEventListener('submit', e => {
  if (e.target.hasAttribute('action')) return; // leaving the page: log out
  e.preventDefault();
  const b = e.target.querySelector('[data-form]');
  if (!b) return;
  typed.delete(key(e.target));
  const around = e.target.closest('details');
  if (around) folds.delete(fold(around));
  tell(b.dataset.act, filled(e.target));
});
element.addEventListener('keydown', e => {
  if (e.key !== 'Escape') return;
  const d = e.target.closest('details.hf-help[open]');
  if (d) { d.open = false; d.querySelector('summary').focus(); }
});

// Sliders say their value while they move and ask for an answer when they are let go.
element.addEventListener('change', e => {
  if (e.target.matches('[data-live]')) tell(e.target.dataset.act, filled(e.target.form));
  if (e.target.matches('[data-file]') && e.target.files[0]) send(e.target.files[0]);
});

// What is half typed or unfolded outlives a redraw of its room: the page redraws when anything is recorded anywhere.
const typed = new Map(), folds = new Map();
let last = null;
const key = form => [...form.querySelectorAll('[data-act], input[type=hidden]')].map(x => x.dataset.act || x.value).join('|');
const title = d => (d.querySelector('summary')?.textContent || '').replace(/[\d.,%]+/g, '');
const fold = d => {
  const same = [...element.querySelectorAll('details')].filter(x => title(x) === title(d));
  return d.id || `${title(d)}|${same.indexOf(d)}`;
};
element.addEventListener('input', e => {
  const form = e.target.form, out = form && form.querySelector('output');
  if (out && e.target.matches('[data-live]')) out.value = e.target.value + '%';
  if (!form || e.target.matches('[data-live], [data-file]')) return;
  typed.set(key(form), new FormData(form));
});
element.addEventListener('toggle', e => { if (e.target.matches('details')) folds.set(fold(e.target), e.target.open); }, true);
element.addEventListener('focusin', e => { last = e.target.name ? {form: e.target.form && key(e.target.form), name: e.target.name} : null; });

const restore = () => {
  for (const d of element.querySelectorAll('details')) {
    const was = folds.get(fold(d));
    if (was !== undefined && d.open !== was && !d.querySelector('[data-here]')) d.open = was;
  }
  for (const form of element.querySelectorAll('form')) {
    const kept = typed.get(key(form));
    if (!kept) continue;
    for (const field of form.elements) {
      if (!field.name || field.type === 'hidden' || field.type === 'range') continue;
      if (field.type === 'checkbox') field.checked = kept.has(field.name);
      else if (field.type === 'radio') field.checked = kept.get(field.name) === field.value;
      else if (kept.has(field.name)) field.value = kept.get(field.name);
    }
  }
  if (last && last.form && document.activeElement === document.body) {
    const form = [...element.querySelectorAll('form')].find(f => key(f) === last.form);
    const field = form && form.elements[last.name];
    if (field && field.focus) field.focus({preventScroll: true});
  }
};
new MutationObserver(() => {
  restore();
  const told = element.querySelector('[data-here]');
  if (told) { told.removeAttribute('data-here'); told.focus(); }
}).observe(element, {childList: true, subtree: true});

// The page looks every few seconds whether anything was recorded, here, in another window or by the watch.
if (element.closest('#hf-header')) {
  let known = null, waited = 0;
  setInterval(async () => {
    let mark = null;
    try {
      const r = await fetch('/mark', {cache: 'no-store'});
      if (r.ok) mark = (await r.json()).mark;
    } catch { return; } // the line is down; the next look will tell
    const shown = element.querySelector('[data-mark]')?.dataset.mark;
    if (mark === null || mark === shown) return;
    if (mark === known && waited++ < 3) return; // asked for already, and perhaps lost on the way
    known = mark;
    waited = 0;
    tell('look', '');
  }, 4000);
}

// On a phone a bar says in every room that a proposal waits, until its card comes into view.
if (element.closest('#hf-header')) {
  const side = document.getElementById('hf-side');
  if (side) new IntersectionObserver(seen => document.body.classList.toggle('hf-card-seen', seen[0].isIntersecting)).observe(side);
}

// A broker's file is sent by itself; the page is then told that it came, or why it did not.
const send = async f => {
  let value = '';
  try {
    const r = await fetch('/import', {method: 'POST', headers: {'X-File-Name': encodeURIComponent(f.name)}, body: f});
    value = r.ok ? '' : String(r.status);
  } catch { value = '0'; }
  tell('file', value);
};
element.addEventListener('dragover', e => { if (e.target.closest('.hf-drop')) e.preventDefault(); });
element.addEventListener('drop', e => {
  if (e.target.closest('.hf-drop') && e.dataTransfer.files[0]) { e.preventDefault(); send(e.dataTransfer.files[0]); }
});
