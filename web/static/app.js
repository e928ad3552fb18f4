// Everything works without this file; it only saves presses.
(function (d, store) {
  'use strict';
  function all(selector, root) { return Array.prototype.slice.call((root || d).querySelectorAll(selector)); }
  function one(selector, root) { return (root || d).querySelector(selector); }
  function visible(node) { return node && node.getClientRects().length && !node.disabled; }

  all('[data-js]').forEach(function (node) { node.hidden = false; });
  if (matchMedia('(min-width:52rem)').matches) all('details[data-wide]').forEach(function (node) { node.open = true; });
  var faults = one('.errors');
  if (faults) faults.focus();

  // A form goes once, however often it is pressed.
  d.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.method !== 'post') return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    if (event.submitter) event.submitter.setAttribute('aria-busy', 'true');
  });
  addEventListener('pageshow', function () {
    all('form[data-sent]').forEach(function (form) { delete form.dataset.sent; });
    all('[aria-busy]').forEach(function (node) { node.removeAttribute('aria-busy'); });
  });

  d.addEventListener('change', function (event) {
    var form = event.target.form;
    if (form && 'auto' in form.dataset) { form.requestSubmit ? form.requestSubmit() : form.submit(); }
  });

  d.addEventListener('click', function (event) {
    var press = event.target.closest('[data-step],[data-print]');
    if (!press) return;
    if ('print' in press.dataset) { print(); return; }
    var field = one('input', press.closest('.step')), most = field.dataset.max || Infinity, least = field.dataset.min || 0;
    var now = parseFloat(field.value.replace(/\./g, '').replace(',', '.')) || 0;
    field.value = String(Math.max(least, Math.min(most, now + Number(press.dataset.step)))).replace('.', ',');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });

  // Drafts stay on this device until the form has gone through.
  all('form[data-draft]').forEach(function (form) {
    var name = 'draft:' + form.dataset.draft, sign = one('[data-saved]', form), wait;
    function fields() { return all('input,select,textarea', form).filter(function (f) { return f.name && f.name[0] !== '_' && !/^(hidden|password|file|submit)$/.test(f.type) && f.name !== 'csrf_token'; }); }
    try {
      var kept = JSON.parse(store.getItem(name) || '{}');
      if (!faults) fields().forEach(function (f) {
        if (!(f.name in kept)) return;
        if (/radio|checkbox/.test(f.type)) f.checked = kept[f.name].indexOf(f.value) >= 0; else f.value = kept[f.name][0];
      });
    } catch (_) { return; }
    form.addEventListener('input', function () {
      clearTimeout(wait);
      wait = setTimeout(function () {
        var now = {};
        fields().forEach(function (f) {
          now[f.name] = now[f.name] || [];
          if (!/radio|checkbox/.test(f.type) || f.checked) now[f.name].push(f.value);
        });
        try { store.setItem(name, JSON.stringify(now)); if (sign) sign.hidden = false; } catch (_) { /* the store is full */ }
      }, 300);
    });
  });
  all('[data-drop-draft]').forEach(function (node) { try { store.removeItem('draft:' + node.dataset.dropDraft); } catch (_) { /* none kept */ } });

  // Keys of the desk: [data-key="y"], or "n 4" for one after the other; j and k walk through [data-item].
  var desk = one('[data-keys]'), before = '';
  if (!desk) return;
  function walk(step) {
    var items = all('[data-item]').filter(visible), at = items.indexOf(d.activeElement);
    if (at < 0) at = items.indexOf(one('[data-item][aria-current]'));
    var next = items[Math.max(0, Math.min(items.length - 1, at + step))];
    if (next) { next.focus(); next.scrollIntoView({ block: 'nearest' }); }
  }
  d.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest('input:not([type=radio],[type=checkbox]),select,textarea,[contenteditable]')) return;
    var key = event.key.toLowerCase(), both = before ? before + ' ' + key : key;
    before = '';
    if (key === 'j' || key === 'k') { walk(key === 'j' ? 1 : -1); event.preventDefault(); return; }
    if (key === '?') { var help = one('[data-help]'); if (help) { help.open = !help.open; one('summary', help).focus(); event.preventDefault(); } return; }
    var hit = all('[data-key="' + CSS.escape(both) + '"]')[0];
    if (hit) {
      var fold = hit.closest('details');
      if (fold) fold.open = true;
      hit.focus(); hit.click(); event.preventDefault(); return;
    }
    var sheet = one('[data-prefix="' + CSS.escape(key) + '"]');
    if (sheet) { sheet.open = true; before = key; one('summary', sheet).focus(); event.preventDefault(); }
  });
})(document, window.localStorage);
