// A form that is worked out while it is filled in: its address is fetched, the parts [data-swap] are put in place.
(function (d) {
  'use strict';
  var form = d.querySelector('form[data-live]'), wait, turn = 0;
  if (!form) return;
  function put(page) {
    d.querySelectorAll('[data-swap]').forEach(function (node) { node.innerHTML = page.getElementById(node.id).innerHTML; });
  }
  function ask(press) {
    var mine = ++turn, query = new URLSearchParams(new FormData(form)), url;
    if (press && press.name) query.append(press.name, press.value);
    fetch(form.action + '?' + query).then(function (answer) { url = answer.url; return answer.text(); }).then(function (text) {
      var page = new DOMParser().parseFromString(text, 'text/html'), held = d.activeElement.id;
      if (mine !== turn) return; // a later press is on its way
      if (!page.querySelector('[data-live]')) { location = url; return; }
      put(page);
      history.replaceState(null, '', url);
      if (!held || !(held = d.getElementById(held))) return;
      held.focus();
      if (held.inputMode) held.setSelectionRange(99, 99); // behind what was typed
    }).catch(function () { form.submit(); });
  }
  form.addEventListener('input', function () { clearTimeout(wait); wait = setTimeout(ask, 400); });
  form.addEventListener('submit', function (event) { event.preventDefault(); clearTimeout(wait); ask(event.submitter); });
})(document);
