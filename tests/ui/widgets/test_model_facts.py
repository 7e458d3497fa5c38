"""What a model and this machine are known to do."""

import sqlalchemy as sa

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.record import JobRecord
from crystal_llm.jobs.tables import STAGES, open_jobs_database
from crystal_llm.settings import settings
from crystal_llm.ui.widgets.model_facts import paces


def test_the_first_job_that_tells_a_pace_is_known_at_once(queue):
    assert paces(settings(), "m", None) == {}
    job_id = queue.submit(GenerateOrder(model="m").asking(count=4, best_of=1))
    database = open_jobs_database(settings().database_url)
    record = JobRecord(database, job_id, f"{job_id}.1", "a-worker")
    record.begin()
    record.progress("written", 4)
    with database.transaction() as connection:
        connection.execute(sa.update(STAGES).values(working_s=8.0))
    assert paces(settings(), "m", None) == {"written": 2.0}
