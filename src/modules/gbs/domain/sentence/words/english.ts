/** Plain English nouns that are easy to say and hard to mistake for one another. */
export const englishWords: readonly string[] = `
  acorn actor airport almond amber anchor animal answer antelope apple apricot apron archer armchair arrow artist
  aspen atlas attic avenue avocado bacon badger bakery balcony ballad bamboo banana banjo barley barrel basil basket
  bathtub beaver bedroom beetle bicycle birch biscuit blanket blossom blueberry bonfire bookshop bottle boulder
  bracelet branch breakfast breeze bridge broccoli brother brush bucket buffalo bungalow butter button cabbage cabin
  cactus camel camera campus canal candle canoe canyon captain caramel caravan cardinal carpet carrot cartoon cashew
  castle cathedral cauliflower cedar celery cellar chalk chapel charcoal cheese cherry chestnut chicken chimney
  chocolate cinema cinnamon circle circus clarinet clover cobweb coconut coffee compass concert copper coral corner
  costume cottage cotton cousin cradle crayon cricket crocus crystal cucumber cupboard curtain cushion cyclist
  cymbal cypress daffodil daisy dancer dentist desert diamond dinner dolphin donkey doorbell dragon drawer drizzle
  drummer duckling dumpling eagle earring easel echo elbow elephant elevator emerald engine envelope eraser explorer
  fabric factory falcon farmer feather fender fennel ferry festival fiddle finger firefly fireplace flamingo flannel
  flower flute football forest fountain fossil freckle freezer friend frosting furniture galaxy gallery garage
  garden garlic gazelle geyser giraffe glacier glove goblet goldfish gondola gorilla grandma granite grape grass
  gravel greenhouse guitar gymnast hallway hammer hammock hamster harbour harvest hazelnut hedgehog helicopter
  helmet herring hexagon highway hippo holiday honey horizon hospital hotel hurdle iceberg igloo incense insect
  island ivory jacket jaguar jasmine jellyfish jewel jigsaw jogger journal juggler juice jungle juniper kangaroo
  kayak kettle keyboard kitchen kitten kiwi knapsack koala ladder ladybird lagoon lantern laundry lavender lemon
  lemonade lentil leopard lettuce library lighthouse lilac lizard llama lobster locket locust lullaby lumber luggage
  magnet magnolia mailbox mandolin mango maple marble market marmalade mattress meadow melody melon mermaid meteor
  microscope midnight milkshake miller mirror mittens mohair moonlight mosaic mosquito muffin mulberry museum
  mushroom mustard napkin nectar needle neighbour nephew nightingale noodle notebook nutmeg oatmeal obelisk ocean
  octopus office olive omelette onion opera orange orbit orchard orchestra orchid oregano ostrich otter oven oyster
  paddle painter palace pancake panda pantry papaya paper paprika parachute parade parcel parsley pasta peacock
  peanut pebble pelican pencil penguin pepper perfume petal photograph piano picnic pigeon pillow pilot pineapple
  pioneer pirate pistachio planet plaster platform playground poem pomegranate pony popcorn porcelain porridge
  postcard potato pottery prairie pretzel prince prism pudding pumpkin puppet purple puzzle pyramid python quarry
  quartz queen quilt quiver rabbit raccoon radio radish railway rainbow raisin raspberry raven rectangle reindeer
  restaurant rhubarb ribbon river robin rooster rosemary rowboat rubber runner saffron sailor salad salmon sandal
  sandwich sapphire sardine satellite saucer sausage sawdust saxophone scarecrow scarf school scissors scooter
  sculptor seagull season seaweed seesaw sesame shadow shampoo shepherd sheriff shower shrimp shutter silver sister
  skeleton sketch skyline slipper snowflake soap soccer sofa soldier spaghetti sparrow spider spinach sponge spoon
  spring squirrel stable stadium staircase starfish station statue steamboat sticker stocking strawberry street
  student suitcase sunflower sunrise surgeon swallow swan sweater swimmer sycamore symphony syrup tablecloth
  tambourine tangerine taxi teacher teapot telescope temple tennis terrace theatre thermos thimble thistle thunder
  ticket tiger timber toaster tomato tongue tornado tortoise toucan towel tractor trailer train trampoline traveller
  treasure triangle trombone trophy trumpet tulip tunnel turkey turnip turquoise turtle twilight typewriter umbrella
  unicorn uniform universe uncle valley vanilla vase vegetable velvet veranda village vinegar violet violin volcano
  volleyball voyage vulture waffle wagon waiter walnut walrus wardrobe warehouse waterfall watermelon wedding whale
  wheelbarrow whisper wildflower window windmill wolf woodpecker workshop wreath yacht yoghurt yellow zebra zeppelin
  zigzag zipper zucchini
`
  .trim()
  .split(/\s+/);
