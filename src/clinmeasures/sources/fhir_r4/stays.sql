-- Each in-patient encounter with the spell it is part of: itself, or the outermost in-patient one.
CREATE TABLE stays AS
WITH RECURSIVE part AS (
    SELECT inner_one.id AS child, outer_one.id AS parent
    FROM inpatients AS inner_one JOIN names ON name = inner_one.part_of
    JOIN inpatients AS outer_one ON outer_one.id = names.id
), up(encounter, spell) AS (
    SELECT id, id FROM inpatients WHERE id NOT IN (SELECT child FROM part)
    UNION ALL
    SELECT part.child, up.spell FROM part JOIN up ON part.parent = up.encounter
)
SELECT DISTINCT encounter, spell FROM up;
CREATE TABLE wards AS
WITH RECURSIVE up(place, spot, distance) AS (
    SELECT id, id, 0 FROM places
    UNION ALL
    SELECT up.place, names.id, distance + 1 FROM up JOIN "Location" AS inner_one
        ON said(inner_one.body, '$.id') = up.spot
    JOIN names ON name = named(json_extract(inner_one.body, '$.partOf'), 'Location')
)
SELECT place, arg_min(places.name, distance) AS ward FROM up JOIN places ON places.id = up.spot
WHERE places.physical = 'wa' GROUP BY place;
