// The page as a whole: what it shows is what its address says after the #, so that any view can be linked.

const $ = id => document.getElementById(id);

let state = stateOf(location.hash);
let shown = [];
let order = [];

const filters = new FilterForm($('filters'),
  (name, chosen) => go({ chosen: { ...state.chosen, [name]: chosen } }),
  () => {
    go({ chosen: nothingChosen() });
    $('search').focus();
  });
const wall = new Wall($('wall'), image => hashOf({ ...state, image: image.path }), openImage);
const grids = new Grids($('grids'), {
  hrefOf: image => hashOf({ ...state, image: image.path }),
  gridHref: grid => hashOf({ ...state, view: 'grids', grid }),
  open: openImage,
  openGrid: grid => {
    go({ grid }, true);
    grids.focus();
  },
});
const detail = new Detail($('detail'), image => (image ? go({ image: image.path }) : closeImage()));

function nothingChosen() {
  return Object.fromEntries(facets.map(({ name }) => [name, new Set()]));
}

function stateOf(hash) {
  const given = new URLSearchParams(hash.slice(1));
  const sort = given.get('sort');
  return {
    search: given.get('q') ?? '',
    chosen: Object.fromEntries(facets.map(({ name, options }) =>
      [name, new Set(given.getAll(name).filter(value => options.includes(value)))])),
    sort: Object.hasOwn(orders, sort ?? '') ? sort : 'newest',
    view: given.get('view') === 'grids' ? 'grids' : 'images',
    grid: given.has('grid') ? { path: given.get('grid'), axes: given.getAll('axis') } : null,
    image: given.get('image'),
  };
}

function hashOf({ search, chosen, sort, view, grid, image }) {
  const hash = new URLSearchParams();
  if (search) hash.append('q', search);
  for (const { name } of facets) for (const value of chosen[name]) hash.append(name, value);
  if (sort !== 'newest') hash.append('sort', sort);
  if (view === 'grids') hash.append('view', view);
  if (view === 'grids' && grid) {
    hash.append('grid', grid.path);
    for (const axis of grid.axes) hash.append('axis', axis);
  }
  if (image) hash.append('image', image);
  return '#' + hash;
}

/** Changes what is shown; `page` makes it a step that the browser's Back takes back. */
function go(change, page = false) {
  state = { ...state, ...change };
  const hash = hashOf(state);
  if (page) history.pushState({ opened: Boolean(change.image) }, '', hash);
  else history.replaceState(history.state, '', hash);
  show();
}

function show() {
  const { shown: found, counts } = select(state);
  const listed = state.view === 'grids' ? shown.length !== found.length || shown.some((image, i) => image !== found[i]) : true;
  shown = found;
  const chosen = filters.show(state, counts);
  if ($('search').value !== state.search) $('search').value = state.search;
  $('sort').value = state.sort;
  $('show-filters').textContent = chosen ? `Filters (${chosen})` : 'Filters';
  $('count').textContent = shown.length === images.length
    ? plural(images.length, 'image')
    : `${counted.format(shown.length)} of ${plural(images.length, 'image')}`;
  $('view-images').setAttribute('aria-pressed', state.view === 'images');
  $('view-grids').setAttribute('aria-pressed', state.view === 'grids');
  $('wall').hidden = state.view !== 'images';
  $('grids').hidden = state.view !== 'grids';
  $('sort').parentElement.hidden = state.view !== 'images';
  if (state.view === 'images') showImages();
  else showGrids(listed);
  showDetail();
}

function showImages() {
  wall.show(shown);
  order = shown;
  const nothing = images.length ? 'No image has all of these words and filters.' : 'There are no images here yet.';
  tellNothing(shown.length ? '' : nothing);
}

let drawn = null;

function showGrids(changed) {
  if (!grids.found) {
    tellNothing('Looking for images that differ in one or two parameters…');
    return;
  }
  const grid = state.grid && grids.find(state.grid);
  const wanted = grid ? JSON.stringify(state.grid) : 'list';
  if (drawn?.wanted === wanted && !changed) return;
  if (grid) {
    order = grids.show(grid, state.grid);
    drawn = { wanted };
    tellNothing('');
    return;
  }
  const count = grids.showList(shown);
  order = shown;
  drawn = { wanted };
  const nothing = grids.found.length ? 'None of the images found is part of a grid.'
    : 'No images here differ in just one or two parameters. Make some: one prompt and seed, and a few values of --cfg-scale.';
  tellNothing(count ? '' : nothing);
}

function tellNothing(text) {
  $('nothing').hidden = !text;
  $('nothing').textContent = text;
}

function showDetail() {
  const image = state.image && imagesByPath.get(state.image);
  if (image) {
    if (detail.image !== image) detail.show(image, order);
    return;
  }
  const last = detail.image;
  detail.close();
  if (!last) return;
  if (state.view === 'grids') grids.focus(last);
  else if (shown.includes(last)) wall.focus(shown.indexOf(last));
}

function openImage(image) {
  go({ image: image.path }, true);
}

/** By going back where opening it was a step, so that Back doesn't open it again. */
function closeImage() {
  if (history.state?.opened) history.back();
  else go({ image: null });
}

addEventListener('popstate', () => {
  state = stateOf(location.hash);
  show();
});

$('search').addEventListener('input', event => go({ search: event.target.value }));
$('sort').addEventListener('change', event => go({ sort: event.target.value }));
$('view-images').addEventListener('click', () => go({ view: 'images', grid: null }, state.view !== 'images'));
$('view-grids').addEventListener('click', () => go({ view: 'grids', grid: null }, state.view !== 'grids'));
$('show-filters').addEventListener('click', event => {
  event.currentTarget.setAttribute('aria-expanded', $('filters').classList.toggle('open'));
});
$('skip').addEventListener('click', event => {
  event.preventDefault();
  focusResults();
});
$('filters').addEventListener('submit', event => event.preventDefault());
$('help').addEventListener('click', () => $('keys').showModal());

function focusResults() {
  if (state.view === 'images') wall.focus(wall.active);
  else grids.focus();
}

const THEME = 'sdxl-gen gallery theme';

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

try {
  const kept = localStorage.getItem(THEME);
  if (kept === 'light' || kept === 'dark') setTheme(kept);
} catch {
  // A page on disk may have no storage: then the system's choice is where it begins.
}

$('theme').addEventListener('click', () => {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  setTheme(dark ? 'light' : 'dark');
  try {
    localStorage.setItem(THEME, dark ? 'light' : 'dark');
  } catch {
    // It holds for as long as the page is open.
  }
});

addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector('dialog[open]')) return;
  const typing = event.target.matches('input[type=search], select');
  if (event.target === $('search')) {
    if (event.key === 'Escape') {
      event.preventDefault();
      if (state.search) go({ search: '' });
      else focusResults();
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault();
      focusResults();
    }
  } else if (event.key === '/' && !typing) {
    event.preventDefault();
    $('search').focus();
    $('search').select();
  } else if (event.key === '?' && !typing) {
    $('keys').showModal();
  } else if (event.key === 'g' && !typing) {
    $(state.view === 'images' ? 'view-grids' : 'view-images').click();
  } else if (event.key === 'Escape' && state.view === 'grids' && state.grid) {
    go({ grid: null });
    grids.focus();
  } else if (event.key.startsWith('Arrow') && !typing && !event.target.closest('form, .wall, .grids')) {
    event.preventDefault();
    focusResults();
  }
});

show();
grids.search(count => {
  $('grid-count').textContent = counted.format(count);
  if (state.view === 'grids') show();
});
