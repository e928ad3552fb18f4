// A form that is worked out while it is filled in: its address is fetched, the parts [data-swap] are put in place.
(function (d) {
  'use strict';
  var form = d.querySelector('form[data-live]'), wait, turn = 0;
  if (!form) return;
  function each(selector, act) { form.querySelectorAll(selector).forEach(act); }
  // Nobody decides about numbers that are not worked out yet; an answer that is on its way is about older ones.
  function hold(on) { each('.decide button', function (press) { press.disabled = on; }); }
  function begin() {
    clearTimeout(wait);
    turn++;
    hold(true);
  }
  function put(page) {
    d.querySelectorAll('[data-swap]').forEach(function (node) { node.innerHTML = page.getElementById(node.id).innerHTML; });
    d.title = page.title;
    hold(false);
  }
  function ask(press) {
    var mine = turn, query = new URLSearchParams(new FormData(form)), url;
    each('.decide [name]', function (field) { query.delete(field.name); }); // they decide, they choose nothing
    if (press && press.name) query.append(press.name, press.value);
    fetch(form.action + '?' + query).then(function (answer) { url = answer.url; return answer.text(); }).then(function (text) {
      var page = new DOMParser().parseFromString(text, 'text/html'), held = d.activeElement.id;
      if (mine !== turn) return; // something newer was typed or pressed
      if (!page.querySelector('[data-live]')) { location = url; return; }
      put(page);
      history.replaceState(null, '', url);
      if (!held || !(held = d.getElementById(held))) return;
      held.focus();
      if (held.inputMode) held.setSelectionRange(99, 99); // behind what was typed
    }).catch(function () { if (mine === turn) form.submit(); });
  }
  form.addEventListener('input', function (event) {
    if (event.target.closest('.decide')) return;
    begin();
    wait = setTimeout(ask, 400);
  });
  addEventListener('pageshow', function () { hold(false); }); // a page come back to; the service looks at its numbers too
  form.addEventListener('submit', function (event) {
    if (event.submitter && event.submitter.closest('.decide')) return;
    event.preventDefault();
    event.stopPropagation(); // it goes as often as it is pressed
    begin();
    ask(event.submitter);
  });
})(document);
