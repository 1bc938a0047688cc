// Finds images whose recipes are equal but for one or two parameters: the rows and columns of a grid.

const LONGEST_AXIS = 100;

/**
 * The grids there are, the largest first. Yields between steps of a few milliseconds, so that the
 * caller can let the page breathe; the generator's return value is the list.
 *
 * A grid is {axes: [{name, values: [{key, label}]}, …], cells: Map from "row,column" to images, images}.
 */
function* findGrids() {
  const known = images.filter(image => image.prompts.length);
  const dimensions = dimensionsOf(known);
  const found = [];
  for (let a = 0; a < dimensions.length; a++) {
    for (let b = a + 1; b < dimensions.length; b++) {
      for (const group of groupsBut([dimensions[a], dimensions[b]], known, dimensions)) {
        const grid = gridOf(group, dimensions[a], dimensions[b], known);
        if (grid) found.push(grid);
      }
      yield;
    }
  }
  for (const dimension of dimensions) {
    for (const group of groupsBut([dimension], known, dimensions)) {
      const grid = lineOf(group, dimension, known);
      if (grid) found.push(grid);
    }
    yield;
  }
  return withoutParts(found);
}

/** What differs between any two of the images: for each name, each image's value as a number. */
function dimensionsOf(known) {
  const named = new Map();
  const set = (i, name, value, label) => {
    let dimension = named.get(name);
    if (!dimension) {
      named.set(name, dimension = { name, ids: new Int32Array(known.length), values: [null], numbers: new Map() });
    }
    let id = dimension.numbers.get(value);
    if (id === undefined) {
      dimension.numbers.set(value, id = dimension.values.length);
      dimension.values.push({ key: value, label });
    }
    dimension.ids[i] = id;
  };
  known.forEach((image, i) => {
    for (const [name, prompts] of [['prompt', positivesOf(image)], ['negative prompt', negativesOf(image)]]) {
      if (prompts.length) set(i, name, JSON.stringify(prompts), texts(prompts));
    }
    if (image.model) set(i, 'model', image.model, image.model);
    if (sizeOf(image)) set(i, 'size', sizeOf(image), sizeOf(image));
    if (image.seed !== undefined) set(i, 'seed', String(image.seed), String(image.seed));
    // A parameter may be called as one of ours is: a space more keeps the two apart.
    for (const [name, value] of image.parameters) set(i, OURS.has(name) ? name + ' ' : name, value, value);
  });
  const varying = [...named.values()].filter(({ values, ids }) => values.length > 2 || ids.includes(0));
  varying.forEach((dimension, d) => {
    dimension.high = dimension.ids.map(id => mixed(Math.imul(id + 1, 0x9e3779b1) ^ Math.imul(d + 1, 0x85ebca6b)));
    dimension.low = dimension.ids.map(id => mixed(Math.imul(id + 1, 0xc2b2ae35) ^ Math.imul(d + 1, 0x27d4eb2f)));
  });
  return varying;
}

const OURS = new Set(['prompt', 'negative prompt', 'model', 'size', 'seed']);

function mixed(hash) {
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return hash ^ (hash >>> 16);
}

/**
 * Groups of images that are equal in all but the given dimensions, as lists of positions in `known`.
 * Found by a hash of the rest, which is all hashes but those of the given; then compared in full.
 */
function groupsBut(free, known, dimensions) {
  const rest = dimensions.filter(dimension => !free.includes(dimension));
  const first = new Map();
  const groups = new Map();
  const [high, low] = totals(known.length, dimensions);
  for (let i = 0; i < known.length; i++) {
    let [h, l] = [high[i], low[i]];
    for (const dimension of free) {
      h ^= dimension.high[i];
      l ^= dimension.low[i];
    }
    const key = (h & 0x1fffff) * 0x100000000 + (l >>> 0);
    const leader = first.get(key);
    if (leader === undefined) {
      first.set(key, i);
    } else if (rest.every(({ ids }) => ids[i] === ids[leader])) {
      const group = groups.get(leader);
      if (group) group.push(i);
      else groups.set(leader, [leader, i]);
    }
  }
  // Two different prompts say something side by side only when nothing is left to chance.
  const byPrompt = free.some(({ name }) => name === 'prompt' || name === 'negative prompt');
  const seeded = i => known[i].seed !== undefined;
  return [...groups.values()].filter(group => !byPrompt || group.every(seeded));
}

function totals(length, dimensions) {
  if (dimensions.totals) return dimensions.totals;
  const high = new Int32Array(length);
  const low = new Int32Array(length);
  for (const dimension of dimensions) {
    for (let i = 0; i < length; i++) {
      high[i] ^= dimension.high[i];
      low[i] ^= dimension.low[i];
    }
  }
  return dimensions.totals = [high, low];
}

/**
 * A grid of two axes, or null where the images make none: more than half of its cells are filled. Values
 * that occur with one other alone are left out when that helps: a sweep and two hundred other seeds.
 */
function gridOf(group, down, across, known) {
  if (group.length < 3) return null;
  let members = group;
  for (let attempt = 0; attempt < 2; attempt++) {
    const filled = new Set();
    const partners = [new Map(), new Map()];
    for (const i of members) {
      filled.add(down.ids[i] + ',' + across.ids[i]);
      partner(partners[0], down.ids[i], across.ids[i]);
      partner(partners[1], across.ids[i], down.ids[i]);
    }
    const [height, width] = [partners[0].size, partners[1].size];
    if (height < 2 || width < 2) return null;
    if (filled.size * 2 > height * width) {
      return height > LONGEST_AXIS || width > LONGEST_AXIS ? null
        : arranged(members, height > width ? [across, down] : [down, across], known);
    }
    members = members.filter(i => partners[0].get(down.ids[i]).size > 1 && partners[1].get(across.ids[i]).size > 1);
  }
  return null;
}

function partner(partners, value, other) {
  const others = partners.get(value);
  if (others) others.add(other);
  else partners.set(value, new Set([other]));
}

function lineOf(group, dimension, known) {
  const values = new Set(group.map(i => dimension.ids[i])).size;
  return values < 2 || values > LONGEST_AXIS ? null : arranged(group, [dimension], known);
}

/** The images in their places; the last axis runs across. */
function arranged(members, dimensions, known) {
  const axes = dimensions.map(({ name, ids, values }) => {
    const used = [...new Set(members.map(i => ids[i]))].map(id => values[id] ?? { key: null, label: 'not given' });
    used.sort((x, y) => (x.key === null ? -1 : y.key === null ? 1 : naturally(x.label, y.label) || naturally(x.key, y.key)));
    return { name: name.trim(), values: used };
  });
  const places = axes.map(({ values }) => new Map(values.map(({ key }, place) => [key, place])));
  const cells = new Map();
  for (const i of members) {
    const at = dimensions.map(({ ids, values }, d) => places[d].get(values[ids[i]]?.key ?? null)).join();
    if (cells.has(at)) cells.get(at).push(known[i]);
    else cells.set(at, [known[i]]);
  }
  return { axes, cells, images: members.map(i => known[i]) };
}

/** Without those that are a row, a column or another part of a larger one. */
function withoutParts(found) {
  const holders = new Map();
  found.sort((a, b) => b.axes.length - a.axes.length || b.images.length - a.images.length);
  return found.filter(grid => {
    let common = holders.get(grid.images[0]) ?? [];
    for (const image of grid.images) {
      if (!common.length) break;
      const own = holders.get(image) ?? [];
      common = common.filter(holder => own.includes(holder));
    }
    if (common.length) return false;
    for (const image of grid.images) {
      if (holders.has(image)) holders.get(image).push(grid);
      else holders.set(image, [grid]);
    }
    return true;
  });
}
