// Text with each token on the colour of its first expert (figure 8 of the Mixtral paper).
const passageState = { layer: 0, domain: '', only: null };
const expertsOf = (passage, layer, i) => passage.routing.experts[layer].slice(i * K, (i + 1) * K);

function mountPassages(figure) {
  if (DATA.passages.length === 0) {
    figure.append(element('p', { class: 'absent' }, 'This trace has counts only: no text to show.'));
    return;
  }
  const grid = element('div', { class: E > EXPERT.length ? 'passages numbers' : 'passages' });
  DATA.passages.forEach(passage => grid.append(card(passage)));
  const colour = () => DATA.passages.forEach(paint);
  figure.append(passageToolbar(grid, colour), expertLegend(colour), grid);
  colour();
}

function passageToolbar(grid, colour) {
  const output = element('output', { for: 'layer' }, String(LAYERS[0]));
  const slider = element('input', { id: 'layer', type: 'range', min: 0, max: LAYERS.length - 1, value: 0, 'aria-valuetext': ofLayer(LAYERS[0]),
    oninput: () => {
      passageState.layer = Number(slider.value);
      output.textContent = LAYERS[passageState.layer];
      slider.setAttribute('aria-valuetext', ofLayer(LAYERS[passageState.layer]));
      colour();
    } });
  const numbers = element('input', { type: 'checkbox', onchange: () => grid.classList.toggle('numbers', numbers.checked) });
  numbers.checked = grid.classList.contains('numbers');
  const shown = DATA.passages.map(passage => [passage.domain, passage.domain]);
  return element('div', { class: 'toolbar' }, element('h3', {}, 'Tokens by first expert'), downloadButtons('moira-tokens', () => svgUrl(passagesSvg().text), passagesPng),
    element('label', {}, 'Layer', slider, output),
    selector('Domain', [['', 'all'], ...shown], domain => {
      passageState.domain = domain;
      DATA.passages.forEach(passage => { passage.card.hidden = domain !== '' && passage.domain !== domain; });
    }),
    element('label', {}, numbers, 'expert numbers'));
}

/** The experts' colours; pressing one shows its tokens alone. */
function expertLegend(colour) {
  const legend = element('ul', { class: 'legend', 'aria-label': 'Experts: press one to see its tokens alone' });
  for (let e = 0; e < E; e++) {
    const button = element('button', { type: 'button', 'aria-pressed': 'false', 'aria-label': `Expert ${e}`, onclick: () => {
      passageState.only = passageState.only === e ? null : e;
      legend.querySelectorAll('button').forEach((other, i) => other.setAttribute('aria-pressed', String(i === passageState.only)));
      colour();
    } }, String(e));
    button.style.backgroundColor = expertColour(e);
    legend.append(element('li', {}, button));
  }
  return legend;
}

function card(passage) {
  passage.spans = passage.texts.map((text, i) => element('span', { class: text.includes('\n') ? 'token feed' : 'token', 'data-i': i }, i === 0 ? text.trimStart() : text));
  const text = element('pre', { tabindex: 0, role: 'group', 'aria-label': `Passage of ${passage.domain}; arrow keys move from token to token` });
  // A line feed's mark stands before the break, so the break follows its token.
  passage.spans.forEach((span, i) => {
    text.append(span);
    if (passage.texts[i].includes('\n')) span.replaceChildren(passage.texts[i].replaceAll('\n', ''));
    if (passage.texts[i].includes('\n')) text.append('\n'.repeat(passage.texts[i].split('\n').length - 1));
  });
  let active = 0;
  const activate = (i, x, y) => {
    passage.spans[active].classList.remove('active');
    active = Math.max(0, Math.min(passage.spans.length - 1, i));
    passage.spans[active].classList.add('active');
    const box = passage.spans[active].getBoundingClientRect();
    tokenTip(passage, active, x ?? box.left, y ?? box.bottom - 12);
  };
  const leave = () => { passage.spans[active].classList.remove('active'); hideTip(); };
  const point = event => { const i = event.target.dataset?.i; if (i === undefined) leave(); else activate(Number(i), event.clientX, event.clientY); };
  text.addEventListener('pointermove', point);
  text.addEventListener('click', point);
  text.addEventListener('pointerleave', leave);
  text.addEventListener('focusout', leave);
  text.addEventListener('keydown', event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) { event.preventDefault(); activate(active + step); passage.spans[active].scrollIntoView({ block: 'nearest' }); }
    if (event.key === 'Escape') leave();
  });
  passage.card = element('article', { class: 'passage' },
    element('h3', {}, passage.domain, element('small', {}, ` · first ${count(passage.texts.length)} of ${count(passage.document_tokens)} tokens`)), text);
  return passage.card;
}

function paint(passage) {
  let previous = null;
  passage.spans.forEach((span, i) => {
    const [first] = expertsOf(passage, passageState.layer, i);
    const shown = first >= 0 && (passageState.only === null || passageState.only === first);
    span.style.backgroundColor = shown ? expertColour(first) : '';
    span.classList.toggle('dim', !shown);
    if (first !== previous && shown) span.dataset.run = first;
    else delete span.dataset.run;
    previous = first;
  });
}

function tokenTip(passage, i, x, y) {
  const experts = expertsOf(passage, passageState.layer, i);
  const weights = passage.routing.weights[passageState.layer];
  const pairs = experts.map((expert, choice) => [`choice ${choice + 1}: expert ${expert}`, weights[i * K + choice] == null ? '' : (weights[i * K + choice] / 1000).toFixed(3)]);
  showTip(passage.pieces[i], [['position', passage.positions[i]], ...pairs.filter((_, choice) => experts[choice] >= 0)], x, y);
}
