// Colours. Domains: Okabe and Ito's palette, whose yellow and black are replaced by what can be seen on the paper of the theme.
// Experts: Paul Tol's "light" palette, made for dark text on colour; both tell eight apart for colour-blind readers.
const DOMAIN_LIGHT = ['#0072B2', '#E69F00', '#009E73', '#D55E00', '#CC79A7', '#56B4E9', '#A89600', '#555555'];
const DOMAIN_DARK = ['#4BA3DB', '#F2B134', '#2CC295', '#FF8247', '#E19BC4', '#9AD4F7', '#F0E442', '#C8C8C8'];
const EXPERT = ['#77AADD', '#EE8866', '#EEDD88', '#FFAABB', '#99DDFF', '#44BB99', '#BBCC33', '#DDDDDD'];
const THEMES = ['system', 'light', 'dark'];

/** More than eight: the hue goes round, and the lightness steps with every round; the number beside the colour tells the rest. */
function systematic(i, n, saturation, lightest, step) {
  const hues = Math.min(16, n);
  return `hsl(${Math.round(360 * (i % hues) / hues)}, ${saturation}%, ${lightest - step * (Math.floor(i / hues) % 4)}%)`;
}

const expertColour = e => E <= EXPERT.length ? EXPERT[e] : systematic(e, E, 62, 86, 9);

function domainColours(dark) {
  const palette = dark ? DOMAIN_DARK : DOMAIN_LIGHT;
  return DOMAINS.length <= palette.length ? palette.slice(0, DOMAINS.length)
    : DOMAINS.map((_, i) => systematic(i, DOMAINS.length, 60, dark ? 75 : 50, 8));
}

const systemDark = matchMedia('(prefers-color-scheme: dark)');

function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme === 'dark' || theme !== 'light' && systemDark.matches;
}

/** Inks of the charts: everything that is not data. */
function inks(dark) {
  return dark
    ? { paper: '#16181b', ink: '#e6e4df', faint: '#a2a6ab', line: '#363a40', band: '#3a3f46', low: '#5aa9e6', middle: '#26292e', high: '#f08a4b' }
    : { paper: '#fffefb', ink: '#1d1f22', faint: '#5d6167', line: '#dedbd2', band: '#dddad2', low: '#2b6ca3', middle: '#f7f6f2', high: '#c8551b' };
}

function chartConfig(dark) {
  const { ink, faint, line } = inks(dark);
  const font = 'system-ui, "Helvetica Neue", Helvetica, Arial, sans-serif';
  return {
    background: null, font,
    view: { stroke: null },
    title: { color: ink, fontSize: 13, fontWeight: 600, anchor: 'start', offset: 8 },
    axis: { labelColor: faint, titleColor: faint, gridColor: line, gridOpacity: .6, domainColor: line, tickColor: line, labelFontSize: 11, titleFontSize: 11.5, titleFontWeight: 'normal', titlePadding: 8 },
    axisX: { grid: false }, axisY: { domain: false, ticks: false, labelPadding: 5 },
    legend: { labelColor: ink, titleColor: faint, labelFontSize: 11.5, labelLimit: 170, symbolSize: 70, rowPadding: 4, columnPadding: 14 },
    text: { color: ink }, rule: { color: ink },
  };
}

function followTheme(redraw) {
  const button = byId('theme');
  button.addEventListener('click', () => {
    const theme = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme ?? 'system') + 1) % THEMES.length];
    document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
    redraw();
  });
  systemDark.addEventListener('change', redraw);
}
