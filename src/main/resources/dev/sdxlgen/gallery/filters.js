// Which images are shown, and in which order.

const facets = [
  { name: 'model', label: 'Model', unknown: 'unknown', valueOf: image => image.model },
  { name: 'sampler', label: 'Sampler', unknown: 'not given', valueOf: image => parameter(image, 'sampler') },
  { name: 'style', label: 'Style', unknown: 'none', valueOf: image => parameter(image, 'style') },
  { name: 'size', label: 'Size', unknown: 'unknown', valueOf: sizeOf },
];
const SHOWN_AT_FIRST = 8;
const collator = new Intl.Collator('en', { numeric: true });

for (const facet of facets) {
  const counts = new Map();
  facet.values = images.map(image => facet.valueOf(image) ?? '');
  for (const value of facet.values) counts.set(value, (counts.get(value) ?? 0) + 1);
  facet.options = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || naturally(a, b));
}

function naturally(a, b) {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** What a search looks through, for each image, once something is searched for. */
let searched;

/**
 * The images that have every word and are of the chosen kinds, and for each facet how many there
 * would be of each value if that facet alone were left open.
 */
function select(state) {
  const words = folded(state.search).split(/\s+/).filter(word => word);
  const counts = facets.map(() => new Map());
  const shown = [];
  if (words.length) searched ??= images.map(image => folded(image.prompts.length ? texts(image.prompts) : image.path));
  for (const image of images) {
    if (!words.every(word => searched[image.index].includes(word))) continue;
    let misses = 0;
    let missed = -1;
    for (let f = 0; f < facets.length; f++) {
      const chosen = state.chosen[facets[f].name];
      if (chosen.size && !chosen.has(facets[f].values[image.index])) {
        misses++;
        missed = f;
      }
    }
    if (misses === 0) shown.push(image);
    for (let f = 0; f < facets.length; f++) {
      if (misses === 0 || (misses === 1 && missed === f)) {
        const value = facets[f].values[image.index];
        counts[f].set(value, (counts[f].get(value) ?? 0) + 1);
      }
    }
  }
  return { shown: sorted(shown, orders[state.sort]), counts };
}

const orders = {
  'newest': { keyOf: image => image.time, direction: -1 },
  'oldest': { keyOf: image => image.time, direction: 1 },
  'seed-up': { keyOf: image => image.seed, direction: 1 },
  'seed-down': { keyOf: image => image.seed, direction: -1 },
};

/** What isn't known comes last, in both directions; what is equal stays in the order it was written in. */
function sorted(list, order) {
  order.keys ??= Float64Array.from(images, image => Number(order.keyOf(image)));
  const { keys, direction } = order;
  return list.sort((a, b) => {
    const x = keys[a.index];
    const y = keys[b.index];
    if (x < y) return -direction;
    if (x > y) return direction;
    return isNaN(x) - isNaN(y) || a.index - b.index;
  });
}

/** The form with a box for each value; `changed` is called with a facet's name and its chosen values. */
class FilterForm {
  constructor(form, changed, cleared) {
    this.clear = element('button', { type: 'button', class: 'clear', hidden: true }, 'Clear filters');
    this.clear.addEventListener('click', cleared);
    form.append(this.clear);
    for (const facet of facets) {
      if (facet.options.every(value => value === '')) continue;
      const rows = facet.options.map((value, i) => this.row(facet, value, i >= SHOWN_AT_FIRST));
      const set = element('fieldset', {}, element('legend', {}, facet.label), ...rows);
      if (rows.length > SHOWN_AT_FIRST) {
        const more = element('button', { type: 'button', class: 'more' }, `All ${counted.format(rows.length)}`);
        more.addEventListener('click', () => {
          rows.forEach(row => { row.hidden = false; });
          more.remove();
          rows[SHOWN_AT_FIRST].querySelector('input').focus();
        });
        set.append(more);
      }
      set.addEventListener('change', () => {
        const checked = facet.options.filter((_, i) => rows[i].querySelector('input').checked);
        changed(facet.name, new Set(checked));
      });
      facet.rows = rows;
      form.append(set);
    }
  }

  row(facet, value, hidden) {
    const name = value === ''
      ? element('span', { class: 'unknown' }, facet.unknown)
      : element('span', {}, value);
    return element('label', { hidden },
      element('input', { type: 'checkbox', name: facet.name, value }), name, element('span', { class: 'number' }));
  }

  show(state, counts) {
    let chosen = 0;
    facets.forEach((facet, f) => {
      chosen += state.chosen[facet.name].size;
      facet.rows?.forEach((row, i) => {
        const value = facet.options[i];
        const count = counts[f].get(value) ?? 0;
        row.querySelector('input').checked = state.chosen[facet.name].has(value);
        if (row.querySelector('input').checked) row.hidden = false;
        row.querySelector('.number').textContent = counted.format(count);
        row.classList.toggle('none', count === 0);
      });
    });
    this.clear.hidden = chosen === 0;
    return chosen;
  }
}
