// Text from the corpus only ever becomes a text node: nothing here parses markup.
const byId = id => document.getElementById(id);

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const percent = (share, digits = 1) => share == null ? '–' : `${Number((100 * share).toFixed(digits))}\u00a0%`;
/** In percent, without its sign; what rounds to nothing has no minus. */
const hundredths = (share, digits = 1) => (100 * share).toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1');
const count = n => Number(n).toLocaleString('en');

/** A labelled list of options, [value, text] each. */
function selector(label, options, onchange) {
  const select = element('select', { onchange: () => onchange(select.value) });
  options.forEach(([value, text]) => select.append(element('option', { value }, text)));
  return element('label', {}, label, select);
}

function downloadButtons(name, svg, png) {
  const save = async (kind, make) => {
    const link = element('a', { href: await make(), download: `${name}.${kind}` });
    link.click();
  };
  return element('span', { class: 'downloads' },
    element('button', { type: 'button', 'aria-label': `Download ${name} as SVG`, onclick: () => save('svg', svg) }, 'SVG'),
    element('button', { type: 'button', 'aria-label': `Download ${name} as PNG`, onclick: () => save('png', png) }, 'PNG'));
}

const svgUrl = text => URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));

/** The tooltip: a heading and [name, value] pairs, near a point of the window. */
function showTip(heading, pairs, x, y) {
  const tip = byId('tip');
  tip.replaceChildren(...heading ? [element('b', {}, heading)] : [],
    element('dl', {}, ...pairs.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, String(value))])));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - width - 8))}px`;
  tip.style.top = `${y + 18 + height > innerHeight ? Math.max(8, y - height - 12) : y + 18}px`;
}

const hideTip = () => { byId('tip').hidden = true; };

/** A line in the place of what is not there. */
function absent(table) {
  const reason = missingReason(table);
  return element('p', { class: 'absent' }, reason ? `Not there: ${reason}.` : 'This analysis has no such table.');
}

/** Leaves a section out but for its heading and a line that says why. */
function leaveOut(section, table) {
  section.replaceChildren(section.querySelector('h2'), absent(table));
}

/** Fills a table: the head's texts, and rows of cells that are texts or nodes; the first of each names its row. */
function fillTable(node, head, rows) {
  node.append(
    element('thead', {}, element('tr', {}, ...head.map(text => element('th', { scope: 'col' }, text)))),
    element('tbody', {}, ...rows.map(([name, ...cells]) => element('tr', {},
      element('th', { scope: 'row' }, name), ...cells.map(cell => element('td', {}, ...[cell].flat()))))));
}
