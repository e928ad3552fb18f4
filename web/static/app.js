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

  all('[data-print]').forEach(function (press) { press.addEventListener('click', function () { print(); }); });

  // Drafts stay on this device until the form has gone through: then the answer is a page without it.
  try {
    var gone = store.getItem('sent');
    store.removeItem('sent');
    if (gone && !one('form[data-draft="' + gone + '"]')) store.removeItem('draft:' + gone);
  } catch (_) { /* no store here */ }
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
    form.addEventListener('submit', function () { try { store.setItem('sent', form.dataset.draft); } catch (_) { /* full */ } });
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

  // desk: [data-key] is pressed in the innermost open [data-scope], letters also outside it; j and k walk [data-item].
  all('[data-copies]').forEach(function (press) {
    press.addEventListener('click', function () {
      one('textarea', d.getElementById(press.dataset.copies)).select();
      d.execCommand('copy'); // works without https, where the clipboard of browsers does not
    });
  });
  all('.queue [data-auto] button').forEach(function (press) { press.hidden = true; });
  var desk = one('[data-keys]');
  if (!desk) return;
  function scope(node) { return (node.matches('summary') ? node.parentNode.parentNode : node).closest('[data-scope]'); }
  function bound(key, fold) {
    return all('[data-key="' + CSS.escape(key) + '"]').filter(function (n) { return visible(n) && scope(n) === fold; })[0];
  }
  function walk(step) {
    var items = all('[data-item]').filter(visible), at = items.indexOf(d.activeElement);
    if (at < 0) at = items.indexOf(one('[data-item][aria-current]'));
    var next = items[Math.max(0, Math.min(items.length - 1, at + step))];
    if (next) next.focus();
  }
  d.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest('input,select,textarea,[contenteditable]')) return;
    var key = event.key.toLowerCase(), folds = all('[data-scope][open]').filter(visible), inner = folds[folds.length - 1] || null, hit;
    if (key === 'escape' && inner) { inner.open = false; one('summary', inner).focus(); return; }
    if (key === 'j' || key === 'k') { walk(key === 'j' ? 1 : -1); event.preventDefault(); return; }
    hit = key === '?' ? one('[data-help]>summary') : bound(key, inner) || (/\d/.test(key) ? null : bound(key, null));
    if (!hit) return;
    event.preventDefault();
    hit.focus();
    hit.click();
    if (hit.matches('summary') && hit.parentNode.open) (one('textarea', hit.parentNode.matches('.no') ? hit : hit.parentNode) || hit).focus();
  });
})(document, window.localStorage);
