BEGIN TRANSACTION;
CREATE TABLE crystal_llm_entries (
	id TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	parent_id TEXT, 
	job_id TEXT, 
	formula TEXT, 
	elements TEXT NOT NULL, 
	n_sites INTEGER, 
	n_elements INTEGER NOT NULL, 
	spacegroup_number INTEGER, 
	energy_above_hull_ev_per_atom FLOAT, 
	tags TEXT NOT NULL, 
	note TEXT NOT NULL, 
	source TEXT, 
	saved BOOLEAN NOT NULL, 
	has_crystal BOOLEAN NOT NULL, 
	draft TEXT NOT NULL, 
	created_unix_s FLOAT NOT NULL, 
	deleted_unix_s FLOAT, 
	deletion_id TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "crystal_llm_entries" VALUES('20261126-013520-8c8dcd-0','local','generated',NULL,'20261126-013520-8c8dcd','NaCl',',Cl,Na,',2,2,225,NULL,'','',NULL,0,1,'{"origin": "generated", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "parent_id": null, "job_id": "20261126-013520-8c8dcd", "energy_ev_per_atom": null, "energy_above_hull_ev_per_atom": null, "method": null, "reference_id": null, "valid": true, "invalid_reason": null, "unique": null, "novel": null, "known_match": null, "log_likelihood": -6.0, "model": "m/int8/abc", "seed": 0, "prompt": "Below …", "source": null, "edit": null, "failure": null, "note": "", "tags": [], "saved": false}',1.79565692137520813943e+09,NULL,NULL);
INSERT INTO "crystal_llm_entries" VALUES('20261126-013520-8c8dcd-0-relaxed','local','relaxed','20261126-013520-8c8dcd-0','20261126-013520-8c8dcd','NaCl',',Cl,Na,',2,2,225,0.0,',salt,','keep',NULL,1,1,'{"origin": "relaxed", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "parent_id": "20261126-013520-8c8dcd-0", "job_id": "20261126-013520-8c8dcd", "energy_ev_per_atom": -3.4, "energy_above_hull_ev_per_atom": 0.0, "method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "reference_id": "rrrrrrrrrrrr", "valid": null, "invalid_reason": null, "unique": true, "novel": null, "known_match": null, "log_likelihood": null, "model": null, "seed": null, "prompt": null, "source": null, "edit": null, "failure": null, "note": "keep", "tags": ["salt"], "saved": true}',1.79565692147439026835e+09,NULL,NULL);
INSERT INTO "crystal_llm_entries" VALUES('20261126-013520-8c8dcd-1','local','generated',NULL,'20261126-013520-8c8dcd','NaCl',',Cl,Na,',2,2,225,NULL,'','',NULL,0,1,'{"origin": "generated", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "parent_id": null, "job_id": "20261126-013520-8c8dcd", "energy_ev_per_atom": null, "energy_above_hull_ev_per_atom": null, "method": null, "reference_id": null, "valid": true, "invalid_reason": null, "unique": null, "novel": null, "known_match": null, "log_likelihood": -6.0, "model": "m/int8/abc", "seed": 0, "prompt": "Below …", "source": null, "edit": null, "failure": null, "note": "", "tags": [], "saved": false}',1.79565692156949186322e+09,NULL,NULL);
INSERT INTO "crystal_llm_entries" VALUES('20261126-013520-8c8dcd-1-relaxed','local','relaxed','20261126-013520-8c8dcd-1','20261126-013520-8c8dcd','NaCl',',Cl,Na,',2,2,225,0.02,'','',NULL,0,1,'{"origin": "relaxed", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "parent_id": "20261126-013520-8c8dcd-1", "job_id": "20261126-013520-8c8dcd", "energy_ev_per_atom": -3.4, "energy_above_hull_ev_per_atom": 0.02, "method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "reference_id": "rrrrrrrrrrrr", "valid": null, "invalid_reason": null, "unique": false, "novel": null, "known_match": null, "log_likelihood": null, "model": null, "seed": null, "prompt": null, "source": null, "edit": null, "failure": null, "note": "", "tags": [], "saved": false}',1.79565692165426421165e+09,NULL,NULL);
INSERT INTO "crystal_llm_entries" VALUES('20261126-013520-8c8dcd-2','local','generated',NULL,'20261126-013520-8c8dcd','NaCl',',Cl,Na,',2,2,225,NULL,'','',NULL,0,1,'{"origin": "generated", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "parent_id": null, "job_id": "20261126-013520-8c8dcd", "energy_ev_per_atom": null, "energy_above_hull_ev_per_atom": null, "method": null, "reference_id": null, "valid": true, "invalid_reason": null, "unique": null, "novel": null, "known_match": null, "log_likelihood": -6.0, "model": "m/int8/abc", "seed": 0, "prompt": "Below …", "source": null, "edit": null, "failure": null, "note": "", "tags": [], "saved": false}',1.79565692174572682374e+09,NULL,NULL);
INSERT INTO "crystal_llm_entries" VALUES('20261126-013520-8c8dcd-2-relaxed','local','relaxed','20261126-013520-8c8dcd-2','20261126-013520-8c8dcd','NaCl',',Cl,Na,',2,2,225,0.04,'','',NULL,0,1,'{"origin": "relaxed", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "parent_id": "20261126-013520-8c8dcd-2", "job_id": "20261126-013520-8c8dcd", "energy_ev_per_atom": -3.4, "energy_above_hull_ev_per_atom": 0.04, "method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "reference_id": "rrrrrrrrrrrr", "valid": null, "invalid_reason": null, "unique": false, "novel": null, "known_match": null, "log_likelihood": null, "model": null, "seed": null, "prompt": null, "source": null, "edit": null, "failure": null, "note": "", "tags": [], "saved": false}',1.7956569218436031341e+09,NULL,NULL);
INSERT INTO "crystal_llm_entries" VALUES('20261126-013520-8c8dcd-3','local','generated',NULL,'20261126-013520-8c8dcd',NULL,'',NULL,0,NULL,NULL,'','',NULL,0,0,'{"origin": "generated", "crystal": null, "parent_id": null, "job_id": "20261126-013520-8c8dcd", "energy_ev_per_atom": null, "energy_above_hull_ev_per_atom": null, "method": null, "reference_id": null, "valid": null, "invalid_reason": null, "unique": null, "novel": null, "known_match": null, "log_likelihood": null, "model": null, "seed": null, "prompt": null, "source": null, "edit": null, "failure": "line 3: <b>no</b> atom", "note": "", "tags": [], "saved": false}',1.79565692184371614452e+09,NULL,NULL);
CREATE TABLE crystal_llm_job_batches (
	job_id TEXT NOT NULL, 
	batch TEXT NOT NULL, 
	ended_unix_s FLOAT NOT NULL, 
	worker_id TEXT NOT NULL, 
	PRIMARY KEY (job_id, batch), 
	FOREIGN KEY(job_id) REFERENCES crystal_llm_jobs (id)
);
CREATE TABLE crystal_llm_job_log (
	number INTEGER NOT NULL, 
	job_id TEXT, 
	at_unix_s FLOAT NOT NULL, 
	line TEXT NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(job_id) REFERENCES crystal_llm_jobs (id)
);
INSERT INTO "crystal_llm_job_log" VALUES(1,'20261126-013520-8c8dcd',1.79565692119167661668e+09,'stopped by the user');
CREATE TABLE crystal_llm_job_results (
	job_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	written_json TEXT NOT NULL, 
	verdict_json TEXT, 
	changed_unix_s FLOAT NOT NULL, 
	PRIMARY KEY (job_id, place), 
	FOREIGN KEY(job_id) REFERENCES crystal_llm_jobs (id)
);
INSERT INTO "crystal_llm_job_results" VALUES('20261126-013520-8c8dcd',0,'{"id": "0-0", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "failure": null, "parent_id": null, "text": "3.9 3.9 3.9", "log_likelihood": -6.0, "prompt": "Below …", "seed": 0, "model": "m/int8/abc", "edit": null, "probability": null, "line_log_likelihoods": null}','{"validity": {"structural": true, "structural_reason": null, "compositional": true, "compositional_reason": null}, "relaxation": {"relaxed": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "failure": null, "converged": true, "steps": 3, "energy_start_ev_per_atom": -3.0, "energy_ev_per_atom": -3.4, "energies_ev_per_atom": [-3.0, -3.3, -3.4], "max_force_ev_per_angstrom": 0.01, "volume_change": 0.1, "spacegroup_before": 225, "spacegroup_after": 225, "displacement_angstrom": 0.0, "retried": false, "method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "wall_s": 1.0, "cached": false, "repeatable": true}, "hull": {"formula": "NaCl", "energy_ev_per_atom": -3.4, "energy_above_hull_ev_per_atom": 0.0, "decomposition": [], "reason": null, "missing_terminals": [], "n_reference_phases": 9, "method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "reference_id": "rrrrrrrrrrrr", "reference_method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "reference_made_on": "2026-01-01"}, "novelty": {"duplicate_of": null, "known": null, "compared": null, "prototype": null, "failure": null, "composition_known": null}, "stopped": null}',1.79565692103227829935e+09);
INSERT INTO "crystal_llm_job_results" VALUES('20261126-013520-8c8dcd',1,'{"id": "0-1", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "failure": null, "parent_id": null, "text": "3.9 3.9 3.9", "log_likelihood": -6.0, "prompt": "Below …", "seed": 0, "model": "m/int8/abc", "edit": null, "probability": null, "line_log_likelihoods": null}','{"validity": {"structural": true, "structural_reason": null, "compositional": true, "compositional_reason": null}, "relaxation": {"relaxed": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "failure": null, "converged": true, "steps": 3, "energy_start_ev_per_atom": -3.0, "energy_ev_per_atom": -3.4, "energies_ev_per_atom": [-3.0, -3.3, -3.4], "max_force_ev_per_angstrom": 0.01, "volume_change": 0.1, "spacegroup_before": 225, "spacegroup_after": 225, "displacement_angstrom": 0.0, "retried": false, "method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "wall_s": 1.0, "cached": false, "repeatable": true}, "hull": {"formula": "NaCl", "energy_ev_per_atom": -3.4, "energy_above_hull_ev_per_atom": 0.02, "decomposition": [], "reason": null, "missing_terminals": [], "n_reference_phases": 9, "method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "reference_id": "rrrrrrrrrrrr", "reference_method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "reference_made_on": "2026-01-01"}, "novelty": {"duplicate_of": 0, "known": null, "compared": null, "prototype": null, "failure": null, "composition_known": null}, "stopped": null}',1.7956569210332944393e+09);
INSERT INTO "crystal_llm_job_results" VALUES('20261126-013520-8c8dcd',2,'{"id": "0-2", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "failure": null, "parent_id": null, "text": "3.9 3.9 3.9", "log_likelihood": -6.0, "prompt": "Below …", "seed": 0, "model": "m/int8/abc", "edit": null, "probability": null, "line_log_likelihoods": null}','{"validity": {"structural": true, "structural_reason": null, "compositional": true, "compositional_reason": null}, "relaxation": {"relaxed": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "failure": null, "converged": true, "steps": 3, "energy_start_ev_per_atom": -3.0, "energy_ev_per_atom": -3.4, "energies_ev_per_atom": [-3.0, -3.3, -3.4], "max_force_ev_per_angstrom": 0.01, "volume_change": 0.1, "spacegroup_before": 225, "spacegroup_after": 225, "displacement_angstrom": 0.0, "retried": false, "method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "wall_s": 1.0, "cached": false, "repeatable": true}, "hull": {"formula": "NaCl", "energy_ev_per_atom": -3.4, "energy_above_hull_ev_per_atom": 0.04, "decomposition": [], "reason": null, "missing_terminals": [], "n_reference_phases": 9, "method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "reference_id": "rrrrrrrrrrrr", "reference_method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "reference_made_on": "2026-01-01"}, "novelty": {"duplicate_of": 0, "known": null, "compared": null, "prototype": null, "failure": null, "composition_known": null}, "stopped": null}',1.79565692103357601172e+09);
INSERT INTO "crystal_llm_job_results" VALUES('20261126-013520-8c8dcd',3,'{"id": "0-3", "crystal": null, "failure": "line 3: <b>no</b> atom", "parent_id": null, "text": "5 5 5", "log_likelihood": null, "prompt": null, "seed": null, "model": null, "edit": null, "probability": null, "line_log_likelihoods": null}','{"validity": null, "relaxation": null, "hull": null, "novelty": null, "stopped": "line 3: <b>no</b> atom"}',1.79565692103372359276e+09);
INSERT INTO "crystal_llm_job_results" VALUES('20261126-013521-5c4823',0,'{"id": "salt", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "failure": null, "parent_id": "20261126-013520-8c8dcd-0", "text": "", "log_likelihood": null, "prompt": null, "seed": null, "model": null, "edit": null, "probability": null, "line_log_likelihoods": null}','{"validity": {"structural": true, "structural_reason": null, "compositional": true, "compositional_reason": null}, "relaxation": {"relaxed": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "failure": null, "converged": true, "steps": 3, "energy_start_ev_per_atom": -3.0, "energy_ev_per_atom": -3.4, "energies_ev_per_atom": [-3.0, -3.3, -3.4], "max_force_ev_per_angstrom": 0.01, "volume_change": 0.1, "spacegroup_before": 225, "spacegroup_after": 225, "displacement_angstrom": 0.0, "retried": false, "method": {"potential": "chgnet", "weights_sha256": "abababababababababababababababababababababababababababababababab", "level_of_theory": "PBE(+U)", "correction": "MP2020", "energy_kind": "total"}, "wall_s": 1.0, "cached": false, "repeatable": true}, "hull": null, "novelty": {"duplicate_of": null, "known": null, "compared": null, "prototype": null, "failure": null, "composition_known": null}, "stopped": null}',1.79565692208340859413e+09);
INSERT INTO "crystal_llm_job_results" VALUES('20261126-013521-5c4823',1,'{"id": "bad", "crystal": null, "failure": "no atoms", "parent_id": null, "text": "", "log_likelihood": null, "prompt": null, "seed": null, "model": null, "edit": null, "probability": null, "line_log_likelihoods": null}',NULL,1.79565692203835535053e+09);
CREATE TABLE crystal_llm_job_stages (
	job_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	done INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	working_s FLOAT NOT NULL, 
	PRIMARY KEY (job_id, place), 
	FOREIGN KEY(job_id) REFERENCES crystal_llm_jobs (id)
);
INSERT INTO "crystal_llm_job_stages" VALUES('20261126-013520-8c8dcd',0,'written',4,4,0.0);
INSERT INTO "crystal_llm_job_stages" VALUES('20261126-013520-8c8dcd',1,'judged',4,4,0.0);
INSERT INTO "crystal_llm_job_stages" VALUES('20261126-013520-8c8dcd',2,'compared',4,4,0.0);
INSERT INTO "crystal_llm_job_stages" VALUES('20261126-013521-5c4823',0,'written',2,2,0.0);
INSERT INTO "crystal_llm_job_stages" VALUES('20261126-013521-5c4823',1,'judged',1,2,0.0);
INSERT INTO "crystal_llm_job_stages" VALUES('20261126-013521-5c4823',2,'compared',0,2,0.0);
INSERT INTO "crystal_llm_job_stages" VALUES('20261126-013522-0b9839',0,'written',0,2,0.0);
INSERT INTO "crystal_llm_job_stages" VALUES('20261126-013522-0b9839',1,'judged',0,2,0.0);
INSERT INTO "crystal_llm_job_stages" VALUES('20261126-013522-0b9839',2,'compared',0,2,0.0);
CREATE TABLE crystal_llm_jobs (
	id TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	title TEXT NOT NULL, 
	order_json TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	workflow_id TEXT NOT NULL, 
	created_unix_s FLOAT NOT NULL, 
	started_unix_s FLOAT, 
	ended_unix_s FLOAT, 
	failure TEXT, 
	worker_id TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (workflow_id)
);
INSERT INTO "crystal_llm_jobs" VALUES('20261126-013520-8c8dcd','local','generate','4 crystals of Na2Cl2','{"kind": "generate", "count": 4, "formula": "Na2Cl2", "elements": null, "spacegroup_number": 225, "energy_above_hull_ev_per_atom": null, "formation_energy_ev_per_atom": null, "band_gap_ev": null, "hard": ["formula"], "allowed_elements": ["Cl", "Na"], "excluded_elements": [], "formula_units": null, "min_distance_angstrom": 0.5, "min_radii_share": 0.7, "max_atoms": 20, "temperature": 0.7, "top_p": 0.9, "seed": 0, "model": null, "quantisation": null, "judge": {"potential": "chgnet", "relaxation": {"max_force_ev_per_angstrom": 0.05, "max_steps": 500, "time_limit_s": 300.0, "optimizer": "FIRE"}, "reference": "shipped", "across_potentials": false, "known": null}, "batch_size": 16}',1,'20261126-013520-8c8dcd.1',1.79565692080518698688e+09,1.79565692087203383452e+09,1.79565692116783094407e+09,NULL,'a-worker');
INSERT INTO "crystal_llm_jobs" VALUES('20261126-013521-5c4823','local','relax','2 crystals','{"kind": "relax", "crystals": [{"id": "salt", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "failure": null, "parent_id": "20261126-013520-8c8dcd-0", "text": "", "log_likelihood": null, "prompt": null, "seed": null, "model": null, "edit": null, "probability": null, "line_log_likelihoods": null}, {"id": "bad", "crystal": null, "failure": "no atoms", "parent_id": null, "text": "", "log_likelihood": null, "prompt": null, "seed": null, "model": null, "edit": null, "probability": null, "line_log_likelihoods": null}], "potential": "chgnet", "relaxation": {"max_force_ev_per_angstrom": 0.05, "max_steps": 500, "time_limit_s": 300.0, "optimizer": "FIRE"}, "batch_size": 16}',1,'20261126-013521-5c4823.1',1.79565692193880438801e+09,1.79565692199196815488e+09,NULL,NULL,'w');
INSERT INTO "crystal_llm_jobs" VALUES('20261126-013522-0b9839','local','complete','2 crystals','{"kind": "complete", "crystal": {"lengths_angstrom": [3.99, 3.99, 3.99], "angles_degrees": [60.0, 60.0, 60.0], "species": ["Na", "Cl"], "fractional_coordinates": [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]}, "keep": [0], "parent_id": "20261126-013520-8c8dcd-0", "count": 2, "atoms": null, "max_atoms": 20, "elements": ["Cl", "Br"], "excluded_elements": [], "formula": null, "min_distance_angstrom": 0.5, "min_radii_share": 0.7, "temperature": 0.7, "top_p": 0.9, "seed": 0, "model": null, "quantisation": null, "judge": {"potential": "chgnet", "relaxation": {"max_force_ev_per_angstrom": 0.05, "max_steps": 500, "time_limit_s": 300.0, "optimizer": "FIRE"}, "reference": "shipped", "across_potentials": false, "known": null}, "batch_size": 16}',1,'20261126-013522-0b9839.1',1.79565692213904476168e+09,NULL,NULL,NULL,NULL);
CREATE TABLE crystal_llm_questions (
	id TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	question_json TEXT NOT NULL, 
	answer_json TEXT, 
	asked_unix_s FLOAT NOT NULL, 
	answered_unix_s FLOAT, 
	PRIMARY KEY (id)
);
CREATE TABLE crystal_llm_schema (
	application TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (application)
);
INSERT INTO "crystal_llm_schema" VALUES('crystal-llm',1);
CREATE TABLE crystal_llm_workers (
	id TEXT NOT NULL, 
	host TEXT NOT NULL, 
	pid INTEGER NOT NULL, 
	process_started_unix_s FLOAT NOT NULL, 
	started_unix_s FLOAT NOT NULL, 
	beats INTEGER NOT NULL, 
	beat_unix_s FLOAT NOT NULL, 
	model_loads INTEGER NOT NULL, 
	jobs_done INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_crystal_llm_jobs_created_unix_s ON crystal_llm_jobs (created_unix_s);
CREATE INDEX ix_crystal_llm_jobs_owner ON crystal_llm_jobs (owner);
CREATE INDEX ix_crystal_llm_questions_asked_unix_s ON crystal_llm_questions (asked_unix_s);
CREATE INDEX ix_crystal_llm_entries_deletion_id ON crystal_llm_entries (deletion_id);
CREATE INDEX ix_crystal_llm_entries_formula ON crystal_llm_entries (formula);
CREATE INDEX ix_crystal_llm_entries_owner ON crystal_llm_entries (owner);
CREATE INDEX ix_crystal_llm_entries_job_id ON crystal_llm_entries (job_id);
CREATE INDEX ix_crystal_llm_entries_created_unix_s ON crystal_llm_entries (created_unix_s);
CREATE INDEX ix_crystal_llm_entries_energy_above_hull_ev_per_atom ON crystal_llm_entries (energy_above_hull_ev_per_atom);
CREATE INDEX ix_crystal_llm_entries_parent_id ON crystal_llm_entries (parent_id);
CREATE INDEX ix_crystal_llm_job_log_job_id ON crystal_llm_job_log (job_id);
COMMIT;
