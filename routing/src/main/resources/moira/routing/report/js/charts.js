// A figure is one or more panels of one Vega-Lite specification. A specification leaves holes, strings such as "@domains",
// that are filled from the panel's values.
// Room between plots for the axes and the titles, and left of the first.
const ROOM = { column: 58, row: 80, left: 62 };
const drawn = [];

function fill(part, holes) {
  if (typeof part === 'string' && part.startsWith('@')) {
    if (!(part.slice(1) in holes)) throw new Error(`no value for ${part}`);
    const value = holes[part.slice(1)];
    return typeof value === 'function' ? value(holes) : value;
  }
  if (Array.isArray(part)) return part.map(item => fill(item, holes));
  if (part && typeof part === 'object') return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, fill(value, holes)]));
  return part;
}

function specification(figure, width, dark) {
  const { panels, columns = 1, height = 180, plotWidth, room = ROOM } = figure.build(figure.state, width, dark);
  const across = Math.floor((width - room.left - room.column * (columns - 1)) / columns);
  const plot = plotWidth ?? Math.max(figure.narrowest?.() ?? 150, across);
  const common = {
    ...inks(dark), domains: DOMAINS, colours: domainColours(dark), shapes: shapes(), layers: LAYERS,
    legend: DOMAINS.length > 1 ? legendOf(width, DOMAINS.some(name => name.length > 16) ? 205 : 150) : null,
  };
  return {
    description: figure.title, config: chartConfig(dark), columns, bounds: 'flush', spacing: room,
    concat: panels.map((panel, i) => ({
      title: panel.title, width: plot, height, data: { values: panel.values },
      ...fill(SPECIFICATIONS[figure.specification], { ...common, outer: i % columns === 0, ...panel.holes }),
    })),
  };
}

const legendOf = (width, entry = 150) => ({ title: null, orient: 'top', symbolOpacity: 1, offset: 22, columns: Math.max(1, Math.floor(width / entry)) });

const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down', 'triangle-right', 'triangle-left'];
const shapes = () => DOMAINS.map((_, i) => SHAPES[i % SHAPES.length]);

function view(spec, container) {
  const runtime = vega.parse(vegaLite.compile(spec).spec);
  const result = new vega.View(runtime, { renderer: container ? 'svg' : 'none', container, hover: Boolean(container) });
  return result.tooltip((_, event, __, value) => value && typeof value === 'object'
    ? showTip('', Object.entries(value), event.clientX, event.clientY) : hideTip());
}

/** Draws a figure in its chart element; resolves when it stands. */
async function draw(figure) {
  const width = figure.chart.clientWidth;
  if (width === 0) return;
  figure.view?.finalize();
  figure.view = view(specification(figure, width, isDark()), figure.chart);
  await figure.view.runAsync();
  figure.chart.querySelector('svg').setAttribute('aria-label', figure.title);
}

/** The figure for a paper: light, 720 wide, under its title. */
function forPaper(figure) {
  return view({ ...specification(figure, 720, false), background: 'white', title: { text: figure.title, fontSize: 15, anchor: 'start', offset: 18 } });
}

function mount(node, figure) {
  const name = `moira-${node.dataset.figure}`;
  if (!figure.exists()) {
    node.append(absent(figure.table));
    return;
  }
  figure.chart = element('div', { class: 'chart' });
  figure.state = {};
  const controls = (figure.controls ?? []).map(control => {
    figure.state[control.key] = control.options[0][0];
    return selector(control.label, control.options, value => { figure.state[control.key] = value; draw(figure); });
  });
  node.append(
    element('div', { class: 'toolbar' }, element('h3', {}, figure.title), downloadButtons(name,
      async () => svgUrl(await forPaper(figure).toSVG()),
      () => forPaper(figure).toImageURL('png', 3)), ...controls),
    figure.chart);
  drawn.push(figure);
  node.closest('details')?.addEventListener('toggle', () => draw(figure));
}

const redrawFigures = () => Promise.all(drawn.map(draw));
