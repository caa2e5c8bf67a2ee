// Fills the page of a training.
function fillTrainingFacts() {
  const last = TRAINING.probes.at(-1);
  byId('lede').textContent = `${count(TRAINING.last_tokens)} tokens in ${count(TRAINING.last_step)} steps; ${TRAINING.experts} experts in each of ${TRAINING.layers.length} layers, `
    + `${TRAINING.experts_per_token} for each token; ${TRAINING.probes.length} probes.`;
  const facts = [
    ['Model', TRAINING.model], ['Probes', `${TRAINING.probes.length}, after steps ${count(TRAINING.probes[0].step)} to ${count(last.step)}`],
    ['Chance: first choices agree', percent(1 / E, 2)], ['Chance: choices in common', percent(TRAINING.experts_per_token / E, 2)],
    ['Bootstrap, permutations', `${TRAINING.bootstrap}, ${TRAINING.permutations}`], ['Seed', TRAINING.seed], ['Moira', TRAINING.moira_version],
  ];
  byId('facts').append(...facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, String(value)))));
  fillTable(byId('corpus'), ['Held-out domain', 'Texts', 'Tokens'], TRAINING.domains.map(domain => [domain.domain, count(domain.documents), count(domain.tokens)]));
  byId('story').append(...storyOf());
  byId('notes').append(...TRAINING.notes.map(text => element('li', {}, text)));
}

fillTrainingFacts();
fillTraining();
document.querySelectorAll('[data-figure]').forEach(node => mount(node, TRAINING_FIGURES[node.dataset.figure]));
followTheme(redrawFigures);
followWidth();
preparePrint();
addEventListener('scroll', hideTip, { passive: true });
redrawFigures().then(() => { document.documentElement.dataset.ready = 'true'; });
